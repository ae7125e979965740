/** Things to choose from: chips to toggle, one of a few, a list. */

import { h, mark } from "./dom.js";

/**
 * Chips, any number of them on.
 * @param {ChipsOptions} options
 */
export function chips({ legend, items, on, onChange, hint }) {
	const buttons = items.map(({ id, title }) => h("button", {
		class: "chip", "aria-pressed": String(on.has(id)),
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

/** @param {OneOfManyOptions} options */
export function oneOfMany({ legend, items, value, onChange }) {
	const select = h("select", { onchange: () => onChange(select.value) },
		...items.map(({ id, title }) => h("option", { value: id, selected: id === value }, title)));
	return h("label", { class: "many" }, h("span", {}, legend), select);
}

/** @param {YesNoOptions} options */
export function yesNo({ legend, hint, value, onChange }) {
	const box = h("input", { type: "checkbox", checked: value, onchange: () => onChange(box.checked) });
	return h("label", { class: "yes-no" }, box, h("span", {}, legend, h("small", {}, hint)));
}
