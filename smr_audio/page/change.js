/** What can be changed while a session plays: this hold, this side again, what is left out. */

import { announce, button, h, mark, say } from "./dom.js";
import { Trouble, t } from "./words.js";

const STEP_S = 10;
// Of these are the holds that a page can have: from 33 ten more are 40.
const WHOLE_S = 5;
const CALM_MS = 250;
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
	/** Presses that follow at once are one change. */
	let wanted = 0;
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let timer;

	const less = button("second", t("hold_less"), () => press(-STEP_S));
	const more = button("second", t("hold_more"), () => press(STEP_S));
	const again = button("second", t("side_again"), () => go(timeline.againAt(player.ms)));
	const rest = button("second", t("skip_rest"), () => go(timeline.restEnd(player.ms)));
	const skip = button("second", t("skip"), () => { player.skipTechnique(); void player.play(); });

	/** @param {number | null} ms */
	function go(ms) {
		if (ms === null) return;
		player.seek(ms);
		void player.play();
	}

	/** @param {number} seconds */
	function press(seconds) {
		if (busy) return;
		// The countdown of a shorter one was looked after for one press.
		wanted = seconds < 0 ? seconds : Math.max(0, wanted) + seconds;
		clearTimeout(timer);
		timer = setTimeout(change, CALM_MS);
	}

	async function change() {
		const { hold, next } = timeline.at(player.ms);
		const which = hold ?? next;
		const by = wanted;
		wanted = 0;
		if (!which || !by || player.timeline !== timeline) return;
		busy = true;
		const now = (which.end_ms - which.start_ms) / 1000 / WHOLE_S;
		const n = (by > 0 ? Math.floor(now) : Math.ceil(now)) * WHOLE_S + by;
		try {
			await onHold(`${which.technique}${which.side ? `:${which.side}` : ""}`, n);
			announce(t("now_holds", { n }));
		} catch (error) {
			say(told, t(!(error instanceof Trouble) ? "not_through" : by > 0 ? "no_longer" : "no_shorter"));
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
