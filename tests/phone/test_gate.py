"""Who has not the secret learns nothing; who has gets no more than is fair."""

import asyncio
import threading
from pathlib import Path

import httpx
import pytest

from smr_audio.bundle import read_page
from smr_audio.serve import app
from smr_audio.serve.server import log_to
from tests.phone.conftest import SHORT, TOKEN, Heard, MakePhone, Phone


@pytest.fixture
def phone(make_phone: MakePhone) -> Phone:
    return make_phone()


def seen(answer: httpx.Response) -> tuple[int, bytes, dict[str, str]]:
    return answer.status_code, answer.content, dict(answer.headers)


def test_every_path_without_the_secret_gets_the_same_answer(phone: Phone) -> None:
    expected = seen(phone.ask("GET", "/no/such/thing"))
    assert expected[0] == 404
    assert b"<h1>This link has expired.</h1><p>Scan the code again.</p>" in expected[1]
    for token in ("", "wrong", TOKEN[:-1], f"{TOKEN}x", TOKEN.upper(), "%00", "é", "x" * 2000):
        for path in ("", "/", "/api/library", "/index.html"):
            url = f"http://phone/{token}{path}"
            answer = phone.loop.run_until_complete(phone.client.get(url))
            assert seen(answer) == expected, url
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert seen(phone.ask(method, "/api/plan", token="wrong")) == expected


@pytest.mark.parametrize(("hosts", "status"), [
    ("192.168.1.5:8754 [fe80::1]:8754 localhost box Gym-Mac.local:1 pc.lan", 200),
    ("evil.example:8754 192.168.1.5.nip.io [::1].evil.example local.evil.example", 404),
])  # fmt: skip
def test_no_other_name_leads_here(phone: Phone, hosts: str, status: int) -> None:
    for host in hosts.split():
        assert phone.ask("GET", "/", headers={"Host": host}).status_code == status, host


def test_what_is_long_is_packed_for_those_who_unpack_it(phone: Phone) -> None:
    for path in ("/app.js", "/page.css", "/api/library"):
        plain = phone.ask("GET", path, headers={"Accept-Encoding": "identity, gzip;q=0"})
        less = phone.ask("GET", path, headers={"Accept-Encoding": "br, gzip"})
        assert plain.content == less.content and "content-encoding" not in plain.headers
        assert 2 * int(less.headers["content-length"]) < len(plain.content)


def test_the_secret_without_a_slash_redirects_nowhere(phone: Phone) -> None:
    for path in ("", "/api/library/", "//", "/api"):
        answer = phone.ask("GET", path)
        assert answer.status_code == 404
        assert "location" not in answer.headers


def test_every_answer_has_the_headers_that_keep_it_in(heard: Heard) -> None:
    phone = heard.phone
    answers = [
        phone.ask("GET", "/"), phone.ask("GET", "/nope"), phone.ask("GET", "/", token="nope"),
        phone.ask("GET", "/api/library"), phone.plan({"sets": 5}), heard.get(), heard.get("POST"),
        heard.get(Range="bytes=999999999-"),
    ]  # fmt: skip
    for answer in answers:
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; ")
        assert "unsafe" not in answer.headers["content-security-policy"]
    assert {a.headers.get("cache-control") for a in answers[1:5]} == {"no-store"}


def test_a_wrong_method_is_refused(heard: Heard) -> None:
    assert heard.get("POST").status_code == 405
    assert heard.phone.ask("GET", "/api/plan").status_code == 405
    assert heard.phone.ask("DELETE", f"/api/session/{heard.id}").status_code == 405


def test_no_line_of_the_log_has_the_secret_or_an_escape(phone: Phone) -> None:
    phone.ask("GET", "/")
    phone.ask("GET", "/api/session/%1b[2J%0a%1b[31m/../x")
    phone.ask("PUT", "/api/session/%1b[2J")
    phone.ask("POST", "/api/plan", json={**SHORT, "sets": 99})
    phone.ask("GET", "/", token="almost-the-secret")
    assert [line.rsplit(" ", 2)[0] for line in phone.lines] == [
        "GET / 200", "PUT /api/session/\N{REPLACEMENT CHARACTER}[2J 405", "POST /api/plan 400"
    ]  # fmt: skip
    assert not any(TOKEN in line or "\x1b" in line for line in phone.lines)


def test_a_body_may_not_be_large(phone: Phone) -> None:
    def trickle() -> object:
        async def chunks() -> object:
            for _ in range(40):
                yield b"x" * 1000

        return chunks()

    for more in ({"content": b"x" * 16_385}, {"content": trickle()}):
        answer = phone.ask("POST", "/api/plan", **more)
        assert (answer.status_code, "16384" in answer.json()["error"]) == (413, True)
    assert phone.ask("POST", "/api/plan", content=b"x" * 16_384).status_code == 400


@pytest.mark.parametrize("length", ["-1", "1e3", "abc", "9" * 30, "+5", ""])
def test_a_length_that_is_none_is_refused(phone: Phone, length: str) -> None:
    answer = phone.ask("POST", "/api/plan", content=b"{}", headers={"Content-Length": length})
    assert answer.status_code == 413


def test_a_body_must_come_in_time(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "BODY_S", 0.05)

    async def never() -> object:
        yield b"{"
        await asyncio.sleep(5)

    answer = phone.ask("POST", "/api/plan", content=never())
    assert answer.status_code == 408


def test_a_fault_of_ours_is_a_500_without_a_word_of_it(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(phone.sessions.planner, "library")
    answer = phone.ask("GET", "/api/library")
    assert answer.status_code == 500
    assert answer.json() == {"error": "something is wrong in the server"}
    assert any("AttributeError" in line for line in phone.lines)


def test_a_terminal_that_blocks_stops_nobody_and_one_that_is_gone_is_no_fault() -> None:
    go, done = threading.Event(), threading.Event()
    written: list[str] = []

    def write(line: str) -> None:
        go.wait(10)
        if line == "0":
            raise BrokenPipeError
        written.append(line)
        if len(written) == 499:
            done.set()

    log = log_to(write)
    for number in range(5000):
        log(str(number))
    go.set()
    assert done.wait(10)
    assert written[:499] == [str(number) for number in range(1, 500)]


def test_the_page_is_read_from_a_list(phone: Phone, own_site: Path) -> None:
    assert sorted(read_page(own_site, app.MEDIA_TYPES)) == ["app.js", "index.html"]
    assert phone.ask("GET", "/index.html").headers["content-type"].startswith("text/html")


def test_a_file_of_the_page_that_the_phone_has_is_not_sent_again(phone: Phone) -> None:
    first = phone.ask("GET", "/index.html")
    again = phone.ask("GET", "/", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_pictures_of_postures_are_files_like_those_of_the_page(make_phone: MakePhone) -> None:
    phone = make_phone()
    chapters = phone.plan(SHORT).json()["plan"]["chapters"]
    src = next(one["picture"]["src"] for one in chapters if "picture" in one)
    answer = phone.ask("GET", f"/{src}")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.text.startswith("<svg ")
    again = phone.ask("GET", f"/{src}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert phone.ask("GET", "/poses/index.html").status_code == 404
