/** What can be changed while a session plays: this hold, this side again, what is left out. */

import { announce, h, mark, say } from "./dom.js";
import { t } from "./words.js";

const STEP_S = 10;
// A shorter hold still has its countdown to come.
const COUNTDOWN_MS = 4000;

/**
 * @param {Player} player opened
 * @param {(key: string, seconds: number) => Promise<void>} onHold makes a hold so long
 */
export function changer(player, onHold) {
	const timeline = /** @type {Timeline} */ (player.timeline);
	const told = h("p", { class: "hint", role: "status" });
	let busy = false;

	/** @type {(label: string, act: () => void) => HTMLButtonElement} */
	const button = (label, act) => h("button", { class: "second", onclick: act }, label);
	const less = button(t("hold_less"), () => void by(-STEP_S));
	const more = button(t("hold_more"), () => void by(STEP_S));
	const again = button(t("side_again"), () => go(timeline.againAt(player.ms)));
	const rest = button(t("skip_rest"), () => go(timeline.restEnd(player.ms)));
	const skip = button(t("skip"), () => { player.skipTechnique(); void player.play(); });

	/** @param {number | null} ms */
	function go(ms) {
		if (ms === null) return;
		player.seek(ms);
		void player.play();
	}

	/** @param {number} seconds */
	async function by(seconds) {
		const { hold, next } = timeline.at(player.ms);
		const which = hold ?? next;
		if (!which || busy) return;
		busy = true;
		const now = Math.round((which.end_ms - which.start_ms) / 1000);
		try {
			await onHold(`${which.technique}${which.side ? `:${which.side}` : ""}`, now + seconds);
			announce(t("now_holds", { n: now + seconds }));
		} catch {
			say(told, t(seconds > 0 ? "no_longer" : "no_shorter"));
		}
		busy = false;
	}

	return {
		node: h("section", { class: "change", "aria-label": t("change") },
			h("div", { class: "acts-of" }, less, more, again, rest, skip), told),
		/** @type {(ms: number, moment: Moment) => void} */
		show(ms, { chapter, hold, next }) {
			const which = hold ?? next;
			const left = which ? which.end_ms - Math.max(ms, which.start_ms) : 0;
			mark(less, "disabled", left < STEP_S * 1000 + COUNTDOWN_MS);
			mark(more, "disabled", !which);
			mark(again, "disabled", timeline.againAt(ms) === null);
			rest.hidden = timeline.restEnd(ms) === null;
			mark(skip, "disabled", !timeline.plan.chapters[chapter].technique);
		},
	};
}
