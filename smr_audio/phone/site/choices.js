/** Things to choose from: chips to toggle, one of a few, a list. */

import { h, mark } from "./dom.js";

/**
 * Chips, any number of them on.
 * @param {object} options
 * @param {string} options.legend
 * @param {{id: string, title: string}[]} options.items
 * @param {Set<string>} options.on changed in place
 * @param {() => void} options.onChange
 * @param {string} [options.hint]
 * @returns {HTMLElement}
 */
export function chips({ legend, items, on, onChange, hint }) {
  const buttons = items.map(({ id, title }) => h("button", {
    type: "button", class: "chip", "aria-pressed": String(on.has(id)),
    onclick: (/** @type {Event} */ event) => {
      if (!on.delete(id)) on.add(id);
      mark(/** @type {Element} */ (event.currentTarget), "aria-pressed", String(on.has(id)));
      onChange();
    },
  }, title));
  return h("fieldset", {}, h("legend", {}, legend), hint && h("p", { class: "hint" }, hint),
    h("div", { class: "chips" }, ...buttons));
}

/**
 * One of a few, side by side.
 * @param {object} options
 * @param {string} options.legend
 * @param {string} options.key a name of its own on the page
 * @param {{value: string, title: string, hint?: string}[]} options.items
 * @param {string} options.value
 * @param {(value: string) => void} options.onChange
 * @returns {HTMLElement}
 */
export function oneOf({ legend, key, items, value, onChange }) {
  return h("fieldset", {}, h("legend", {}, legend),
    h("div", { class: "one-of" }, ...items.map((item) => h("label", {},
      h("input", { type: "radio", name: key, value: item.value, checked: item.value === value,
        onchange: () => onChange(item.value) }),
      h("span", {}, item.title, item.hint && h("small", {}, item.hint))))));
}

/**
 * One of many.
 * @param {object} options
 * @param {string} options.legend
 * @param {{id: string, title: string}[]} options.items
 * @param {string} options.value
 * @param {(value: string) => void} options.onChange
 * @returns {HTMLElement}
 */
export function oneOfMany({ legend, items, value, onChange }) {
  const select = h("select", { onchange: () => onChange(select.value) },
    ...items.map(({ id, title }) => h("option", { value: id, selected: id === value }, title)));
  return h("label", { class: "many" }, h("span", {}, legend), select);
}

/**
 * Yes or no.
 * @param {object} options
 * @param {string} options.legend
 * @param {string} options.hint
 * @param {boolean} options.value
 * @param {(value: boolean) => void} options.onChange
 * @returns {HTMLElement}
 */
export function yesNo({ legend, hint, value, onChange }) {
  const box = h("input", { type: "checkbox", checked: value, onchange: () => onChange(box.checked) });
  return h("label", { class: "yes-no" }, box, h("span", {}, legend, h("small", {}, hint)));
}
