"""The page in Chinese: every text on it is, or says which language it is in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from starlette.responses import JSONResponse

from tests.page.conftest import Watched
from tests.page.published import publish
from tests.page.stub import Stub, serving

# Texts and labels whose letters are not those of the language that their node says it has.
STRANGE = r"""() => {
  const found = [];
  const look = (node, text) => {
    const chinese = node.closest("[lang]").lang === "zh";
    const bare = text.replace(/MP3|MB|smr-audio|JavaScript/g, "");
    if ((chinese ? /[A-Za-z]{2}/ : /[\u4e00-\u9fff]/).test(bare)) found.push(text);
  };
  for (const node of document.querySelectorAll("body, body *:not(script, noscript)")) {
    for (const child of node.childNodes) if (child.nodeType === 3) look(node, child.data);
    for (const name of ["aria-label", "aria-valuetext", "alt", "title"]) {
      if (node.hasAttribute(name)) look(node, node.getAttribute(name));
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def chinese(tmp_path_factory: pytest.TempPathFactory, common_cache: Path) -> Iterator[Stub]:
    folder = tmp_path_factory.mktemp("zh") / "published"
    publish(common_cache, folder, "zh")
    with serving(common_cache, folder, "zh") as stub:
        yield stub


def clean(page: Watched) -> None:
    assert page.page.evaluate("document.documentElement.lang") == "zh"
    assert page.page.evaluate(STRANGE) == []


@pytest.mark.parametrize("kind", ["live", "published"])
def test_every_view_is_in_chinese_or_marked(page: Watched, chinese: Stub, kind: str) -> None:
    page.stub, english = chinese, page.stub
    try:
        page.page.goto(getattr(page, kind))
        page.page.locator(".length").first.wait_for()
        clean(page)
        title = "自我按摩" if kind == "live" else "自我按摩练习"
        expect(page.page.get_by_role("heading", level=1)).to_have_text(title)
        page.page.get_by_role("link", name="大腿后侧：泡沫轴").click()
        page.page.locator(".bar button:enabled").wait_for()
        clean(page)
        if kind == "live":
            expect(page.page.locator("select option[value=silent]")).to_have_attribute("lang", "en")
            page.forgiven = ("400",)
            chinese.broken = JSONResponse({"error": "too long"}, 400)
            page.page.get_by_role("button", name="增加：每侧组数").click()
            expect(page.page.locator(".trouble [lang=en]")).to_have_text("Too long")
            chinese.broken = None
            page.page.get_by_role("button", name="再试一次").click()
            page.page.get_by_role("button", name="恢复平常的设置").click()
            page.page.locator(".bar button:enabled").wait_for()
        else:
            page.page.get_by_role("button", name="存到手机").click()
            page.page.get_by_text("已存到这部手机。").wait_for()
        page.page.get_by_role("button", name="播放").click()
        page.until("document.getElementById('sound').currentTime > 0")
        plan = json.loads((chinese.published / "plans/hamstrings.json").read_text("utf-8"))
        hold = next(one for one in plan["events"] if one["kind"] == "hold")
        gate = next(one for one in plan["events"] if one["kind"] == "gate")
        page.seek(hold["start_ms"] / 1000 + 1)
        expect(page.page.locator(".side-sign")).to_have_text("左")
        name = next(one["name"] for one in plan["chapters"] if one["side"])
        expect(page.page.locator(".what").first).to_have_text(name)
        page.until(f"navigator.mediaSession.metadata.title === '左侧：{name}'")
        clean(page)
        page.seek(gate["start_ms"] / 1000 + 0.1)
        page.page.get_by_role("button", name="准备好了，继续").wait_for()
        clean(page)
        page.press("seekto", seekTime=plan["duration_ms"] / 1000 - 0.3)
        page.page.get_by_role("button", name="再来一次").wait_for()
        clean(page)
    finally:
        page.stub = english
