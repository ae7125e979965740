/** A session in pictures: as a strip of time, as a list of its parts, and the postures of chapters. */

import { h, mark, svg } from "./dom.js";
import { Timeline } from "./timeline.js";
import { clock, listed, sentence, t } from "./words.js";

const WIDTH = 1000;
const HEIGHT = 40;
const TEETH = 8;

/**
 * A picture of the whole session. Sides differ in colour and in shape: the left one is plain,
 * the right one has teeth.
 * @param {Plan} plan
 */
export function strip(plan) {
	const scale = WIDTH / plan.duration_ms;
	const picture = svg("svg", { class: "strip", viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
		preserveAspectRatio: "none", "aria-hidden": "true" });
	for (const event of plan.events) {
		const x = event.start_ms * scale;
		const width = Math.max(1, (event.end_ms - event.start_ms) * scale);
		if (event.kind === "speech") {
			picture.append(svg("rect", { class: "said", x, y: 16, width, height: 8 }));
		} else if (event.kind === "gate") {
			picture.append(svg("rect", { class: "gate", x, y: 8, width, height: 24 }));
		} else if (event.kind === "hold") {
			picture.append(svg("path", { class: `hold ${event.side ?? "both"}`,
				d: event.side === "right" ? toothed(x, width) : `M${x} 2h${width}v36h${-width}z` }));
		}
	}
	return picture;
}

/** A box whose lower edge has teeth. @type {(x: number, width: number) => string} */
function toothed(x, width) {
	const count = Math.max(2, Math.round(width / TEETH));
	const step = width / count / 2;
	const teeth = `l${-step} -9l${-step} 9`.repeat(count);
	return `M${x} 2h${width}v36${teeth}z`;
}

/**
 * The parts of a session, each with its time.
 * @param {Plan} plan
 * @param {(chapter: Chapter) => void} [onPick] makes them buttons
 */
export function parts(plan, onPick) {
	const timeline = new Timeline(plan);
	const lang = plan.language;
	return h("ol", { class: "parts" }, ...plan.chapters.map((chapter) => {
		const onclick = onPick && (() => onPick(chapter));
		return h("li", {}, h(onPick ? "button" : "div", { class: "part", onclick },
			h("span", { class: "at" }, clock(chapter.start_ms)),
			h("span", { class: "what" }, h("span", { lang }, chapter.name), sideTag(chapter.side)),
			onPick ? null : thumb(chapter),
			h("span", { class: "long" }, work(timeline, chapter))));
	}));
}

/** A side in words, colour and shape. @param {Side} side */
export function sideTag(side) {
	return side && h("span", { class: `side ${side}` }, sideWord(side));
}

/** A side as it stands alone; nothing for any other value. @param {string | null} side */
export function sideWord(side) {
	return side === "left" || side === "right" ? sentence(t(side)) : "";
}

/**
 * The holds of a part: `30 s`, `2 × 30 s`.
 * @type {(timeline: Timeline, chapter: Chapter) => string}
 */
function work(timeline, chapter) {
	const lengths = timeline.holdsIn(chapter).map((hold) => (hold.end_ms - hold.start_ms) / 1000);
	const same = lengths.length > 1 && lengths.every((length) => length === lengths[0]);
	if (same) return t("sets", { sets: lengths.length, n: lengths[0] });
	return listed(lengths.map((n) => t("seconds", { n })));
}

/** The posture of a chapter, if it has one, for a list: it stands still. @param {Chapter} chapter */
export function thumb({ picture }) {
	return picture && h("img", { class: "posture", loading: "lazy", ...picture });
}

/** The posture on the stage, which moves unless less motion is wanted. */
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
