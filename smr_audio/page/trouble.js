/** What is shown when something failed: what, and a way on. */

import { h } from "./dom.js";
import { Trouble, plainly } from "./words.js";

/** @type {(error: unknown, retry: () => void) => Node} */
export function trouble(error, retry) {
	const waitS = error instanceof Trouble ? error.waitS : 0;
	const again = h("button", { class: "second", disabled: waitS > 0,
		onclick: retry }, "Try again");
	if (waitS) setTimeout(() => { again.disabled = false; }, waitS * 1000);
	return h("div", { class: "trouble", role: "alert" }, h("p", {}, plainly(error)), again);
}
