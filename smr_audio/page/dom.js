/** Make and change nodes. Text goes in as text nodes only, so none of it is markup. */

import { Trouble, plainly, t } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with attributes, of which null and false are left out, listeners (`onclick`) and children.
 * @type {(tag: string, props?: Record<string, any>, ...children: Child[]) => any}
 */
export function h(tag, props = {}, ...children) {
	return filled(document.createElement(tag), props, children);
}

/** The same in a picture. @type {typeof h} */
export function svg(tag, props = {}, ...children) {
	return filled(document.createElementNS(SVG, tag), props, children);
}

/** @type {(node: Element, props: Record<string, any>, children: Child[]) => Element} */
function filled(node, props, children) {
	for (const [name, value] of Object.entries(props)) {
		if (value && name.startsWith("on")) node.addEventListener(name.slice(2), value);
		else mark(node, name, value);
	}
	node.append(...children.flatMap((child) => child === false ? [] : child ?? []));
	return node;
}

/** A button with words on it. @type {(kind: string, words: string, onclick: () => void) => any} */
export function button(kind, words, onclick) {
	return h("button", { class: kind, onclick }, words);
}

/** @param {string} path within 24 x 24 */
export function icon(path) {
	return svg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" },
		svg("path", { d: path }));
}

/** The way back to the list. */
export function backLink() {
	return h("a", { class: "back", href: "#/" }, t("all_sessions"));
}

/**
 * Set a node's text only if it changed, so screen readers do not repeat it.
 * @type {(node: Element, text: string) => void}
 */
export function say(node, text) {
	if (node.textContent !== text) node.textContent = text;
}

/**
 * Set or remove an attribute if it changed.
 * @type {(node: Element, name: string, value: string | number | boolean | null | undefined) => void}
 */
export function mark(node, name, value) {
	const text = value === true ? "" : value === false ? null : value?.toString() ?? null;
	if (text === null) node.removeAttribute(name);
	else if (node.getAttribute(name) !== text) node.setAttribute(name, text);
}

/** Tell screen readers something that cannot be seen to change. @param {string} text */
export function announce(text) {
	const node = document.getElementById("said");
	if (node) say(node, text);
}

/** What failed, and a button to try again. @type {(error: unknown, retry: () => void) => any} */
export function trouble(error, retry) {
	return h("div", { class: "trouble", role: "alert" },
		h("p", { lang: error instanceof Trouble && error.lang }, plainly(error)),
		button("second", t("try_again"), retry));
}
