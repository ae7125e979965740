/** Pictures of postures, which chapters of a plan name; a chapter without one shows nothing. */

import { h, mark } from "./dom.js";

/** One for a list, which stands still. @param {Chapter} chapter */
export function thumb({ picture }) {
	return picture && h("img", { class: "posture", loading: "lazy", ...picture });
}

/** The one of the stage, which moves unless less motion is wanted. */
export function posture() {
	const node = h("img", { class: "posture", hidden: true });
	// Browsers do not tell a picture what is wanted of the page.
	const calm = matchMedia("(prefers-reduced-motion: reduce)");
	return {
		node,
		/** @param {Chapter} chapter */
		show({ picture, technique }) {
			mark(node, "hidden", !picture);
			mark(node, "src", picture && picture.src + (calm.matches ? "" : `#${technique}`));
			mark(node, "alt", picture?.alt);
		},
	};
}
