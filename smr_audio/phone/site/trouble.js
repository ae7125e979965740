/** What is shown when something failed: what, and a way on. */

import { h } from "./dom.js";
import { Trouble, plainly } from "./words.js";

/**
 * @param {unknown} error
 * @param {(() => void) | null} [retry] none where trying again is no use
 */
export function trouble(error, retry = null) {
	const waitS = error instanceof Trouble ? error.waitS : 0;
	const again = retry && h("button", { class: "second", disabled: waitS > 0,
		onclick: retry }, "Try again");
	if (again && waitS) setTimeout(() => { again.disabled = false; }, waitS * 1000);
	return h("div", { class: "trouble", role: "alert" }, h("p", {}, plainly(error)), again);
}
