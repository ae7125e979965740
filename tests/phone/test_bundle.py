"""The page's modules as one script."""

from __future__ import annotations

import pytest

from smr_audio.bundle import bundled


def test_modules_come_before_those_that_need_them_and_others_are_left() -> None:
    modules = {
        "app.js": 'import { a as x, B } from "./a.js";\nx(B);\n',
        "a.js": 'import { c } from "./c-d.js";\nexport function a() { c(); }\nexport class B {}\n',
        "c-d.js": "export const c = () => 1;\n",
        "sw.js": "x",
    }
    found = bundled(modules, "app.js")
    assert set(found) == {"app.js", "sw.js"}
    script = found["app.js"]
    parts = ("return { c };", "const { c } = $c_d_js;", "return { a, B };", "const { a: x, B } =")
    places = [script.index(one) for one in parts]
    assert places == sorted(places) and script.endswith("$a_js;\nx(B);\n")


@pytest.mark.parametrize("text", [
    'import "./b.js";', 'import x from "./b.js";', "export default 1;", "export { x };",
    "export let x = 1;", 'import { x } from "./app.js";',
])  # fmt: skip
def test_what_it_does_not_know_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"a\.js has a form|imports itself"):
        bundled({"app.js": 'import { x } from "./a.js";\n', "a.js": text, "b.js": ""}, "app.js")
