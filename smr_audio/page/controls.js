/** Controls: a number with − and +, chips to toggle, one of a few. */

import { h, icon, mark, say } from "./dom.js";
import { t } from "./words.js";

const HELD_MS = 450;
const REPEAT_MS = 110;
const MINUS = "M5 11h14v2H5z";
const PLUS = "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z";

/** A number with − and +, for thumbs, keys and screen readers. @param {StepperOptions} options */
export function stepper({ label, value, range, step = 1, shown, onChange, start }) {
	let [least, most] = range;
	let now = value;
	const less = button(t("less", { label }), MINUS, () => by(-step));
	const more = button(t("more", { label }), PLUS, () => by(step));
	const number = h("span", { class: "number", role: "spinbutton", tabindex: 0, "aria-label": label,
		onkeydown: key });
	/** Why it stops where it stands. */
	const why = h("small", { role: "status" });
	const node = h("div", { class: "stepped" },
		h("div", { class: "stepper" }, less, number, more), why);

	function show() {
		say(number, shown(now));
		mark(number, "aria-valuemin", least);
		mark(number, "aria-valuemax", most);
		mark(number, "aria-valuenow", now ?? start?.() ?? least);
		mark(number, "aria-valuetext", shown(now));
		// Not `disabled`: that would take the focus away.
		mark(less, "aria-disabled", now !== null && now <= least ? "true" : null);
		mark(more, "aria-disabled", now !== null && now >= most ? "true" : null);
	}

	/** @param {number} delta */
	function by(delta) {
		const from = now ?? start?.() ?? least;
		// On to the next whole step: from 32 by 5 is 35.
		const aim = delta > 0 ? Math.floor(from / step) * step + delta
			: Math.ceil(from / step) * step + delta;
		to(aim);
	}

	/** @param {number} aim */
	function to(aim) {
		const next = Math.max(least, Math.min(most, aim));
		say(why, aim < next ? t("is_least", { value: shown(least) })
			: aim > next ? t("is_most", { value: shown(most) }) : "");
		if (next === now) return;
		now = next;
		show();
		onChange(next);
	}

	/** @param {KeyboardEvent} event */
	function key(event) {
		if (event.key === "ArrowUp" || event.key === "ArrowRight") by(step);
		else if (event.key === "ArrowDown" || event.key === "ArrowLeft") by(-step);
		else if (event.key === "Home") to(least);
		else if (event.key === "End") to(most);
		else return;
		event.preventDefault();
	}

	show();
	return {
		node,
		/** @param {number | null} next */
		set(next) {
			now = next;
			show();
		},
		/** Stop at the nearest that can be. @type {(nearest: number, words: string) => void} */
		stop(nearest, words) {
			if (nearest > (now ?? least)) least = nearest;
			else most = nearest;
			now = nearest;
			say(why, words);
			show();
		},
		/** What cannot be may be another now. */
		free() {
			[least, most] = range;
			say(why, "");
			show();
		},
	};
}

/**
 * A button that repeats while it is held down.
 * @type {(label: string, path: string, act: () => void) => any}
 */
function button(label, path, act) {
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let timer;
	let repeated = false;

	function again() {
		repeated = true;
		act();
		timer = setTimeout(again, REPEAT_MS);
	}

	const stop = () => clearTimeout(timer);

	return h("button", { "aria-label": label,
		onpointerdown: () => { repeated = false; timer = setTimeout(again, HELD_MS); },
		onpointerup: stop, onpointercancel: stop, onpointerleave: stop,
		oncontextmenu: (/** @type {Event} */ event) => event.preventDefault(),
		// A click, not the press: a press may be the start of scrolling.
		onclick: () => { if (!repeated) act(); repeated = false; },
	}, icon(path));
}

/** Chips, any number of them on. @param {ChipsOptions} options */
export function chips({ legend, items, on, onChange, hint }) {
	const buttons = items.map(({ id, title, lang }) => h("button", {
		class: "chip", lang, "aria-pressed": String(on.has(id)),
		onclick: (/** @type {Event} */ event) => {
			if (!on.delete(id)) on.add(id);
			mark(/** @type {Element} */ (event.currentTarget), "aria-pressed", String(on.has(id)));
			onChange();
		},
	}, title));
	return h("fieldset", {}, h("legend", {}, legend), hint && h("p", { class: "hint" }, hint),
		h("div", { class: "chips" }, ...buttons));
}

/** @param {OneOfOptions} options */
export function oneOf({ legend, key, items, value, onChange }) {
	return h("fieldset", {}, h("legend", {}, legend),
		h("div", { class: "one-of" }, ...items.map((item) => h("label", {},
			h("input", { type: "radio", name: key, value: item.value, checked: item.value === value,
				onchange: () => onChange(item.value) }),
			h("span", {}, item.title, item.hint && h("small", {}, item.hint))))));
}
