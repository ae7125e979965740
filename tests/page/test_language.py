"""The page in Chinese: every text on it is, or says which language it is in."""

from pathlib import Path

import pytest

from tests.page.conftest import Watched
from tests.page.published import publish
from tests.page.stub import serving
from tests.page.test_player import gate_of, plan_of

# Texts and labels whose letters are not those of the language that their node says it has.
STRANGE = r"""() => [...document.querySelectorAll("body, body *:not(script, noscript)")]
  .flatMap((node) => [
    ...[...node.childNodes].filter((child) => child.nodeType === 3).map((child) => child.data),
    ...["aria-label", "aria-valuetext", "alt"].map((name) => node.getAttribute(name) ?? ""),
  ].filter((text) => (node.closest("[lang]").lang === "zh" ? /[A-Za-z]{2}/ : /[\u4e00-\u9fff]/)
    .test(text.replace(/MP3|MB/g, ""))))"""


@pytest.mark.slow
def test_every_view_is_in_chinese_or_marked(
    page: Watched, tmp_path: Path, common_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def clean(seen: str) -> None:
        page.page.locator(seen).first.wait_for()
        assert page.page.evaluate("document.documentElement.lang") == "zh"
        assert page.page.evaluate(STRANGE) == []

    publish(common_cache, folder := tmp_path / "published", "zh")
    with serving(common_cache, folder, "zh") as stub:
        monkeypatch.setattr(page, "stub", stub)
        for where in (page.published, page.live):
            page.page.goto(where)
            clean(".length")
            page.page.get_by_role("link", name="大腿后侧：泡沫轴").click()
            clean(".bar button:enabled")
        page.page.get_by_role("button", name="播放").click()
        page.until("document.getElementById('sound').currentTime > 0")
        plan, (gate, _) = plan_of(stub), gate_of(stub)
        part = next(one for one in plan["chapters"] if one["side"])
        page.seek(part["start_ms"] / 1000 + 1)
        page.until(f"navigator.mediaSession.metadata.title === '左侧：{part['name']}'")
        clean(".side-sign >> text=左")
        page.seek(gate + 0.1)
        clean("text=准备好了，继续")
        page.press("seekto", seekTime=plan["duration_ms"] / 1000 - 0.3)
        clean("text=再来一次")
        page.page.goto("about:blank")
