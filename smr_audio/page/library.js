/** The first view: go on where you were, pick a session, or have one made for muscles. */

import { chips, stepper } from "./controls.js";
import { button, h, say } from "./dom.js";
import { askWorker, keepButton } from "./offline.js";
import { addressOf, lastPlayed } from "./store.js";
import { clock, listed, minutes, t } from "./words.js";

const LEAST_PLACE_MS = 1000;
const TILE_PX = 64;
// About what a muscle takes.
const MINUTES_EACH = 5;

/** @type {(library: Library, context: Context) => View} */
export function libraryView(library, context) {
	let open = true;
	/** @type {Map<string, HTMLElement>} */
	const lengths = new Map(library.cards.map(({ id }) => [id, h("span", { class: "length" })]));
	const everything = !context.source.makes && keepAll(library, context);
	const node = h("div", { class: "library" },
		h("header", { class: "brand" },
			h("img", { src: "icon.svg", alt: "", width: 44, height: 44 }),
			h("div", {}, h("h1", { tabindex: -1 }, library.title), h("p", {}, t("pick")))),
		goOn(context),
		h("ul", { class: "cards" }, ...library.cards.map((card, n) =>
			cardOf(card, lengths.get(card.id), !context.source.makes && tile(n)))),
		everything,
		library.muscles.length > 0 && byMuscle(library));

	/** Show how long each session is. Plans are asked for one at a time, to spare a busy server. */
	async function fillLengths() {
		for (const card of library.cards) {
			if (!open) return;
			const shown = /** @type {HTMLElement} */ (lengths.get(card.id));
			try {
				card.duration_ms ??= (await context.source.plan({ routine: card.id })).plan.duration_ms;
				say(shown, minutes(card.duration_ms));
			} catch {
				// Opened, the session says why it has no length.
			}
		}
	}

	void fillLengths();
	// A worker that does not answer keeps nothing.
	void askWorker({}).catch(() => null).then((kept) => {
		if (everything) everything.hidden = !kept;
		for (const id of kept?.ids ?? []) lengths.get(id)?.after(h("small", {}, t("kept_mark")));
	});
	return { node, title: library.title, stop: () => { open = false; } };
}

/** @param {Context} context */
function goOn(context) {
	const last = lastPlayed();
	if (!last || last.at_ms < LEAST_PLACE_MS) return null;
	return h("section", { class: "go-on", "aria-label": t("where") },
		h("p", { lang: last.language }, last.title),
		button("first", t("go_on", { time: clock(last.at_ms) }), context.goOn));
}

/** The cover of the session of that number: a part of one picture of all. @param {number} n */
function tile(n) {
	const node = h("span", { class: "tile" });
	node.style.backgroundPosition = `0 ${-n * TILE_PX}px`;
	return node;
}

/** @type {(card: Card, length: HTMLElement | undefined, picture: any) => any} */
function cardOf(card, length, picture) {
	return h("li", {}, h("a", { class: "card", href: `#/r/${encodeURIComponent(card.id)}` },
		picture,
		h("div", {},
			h("h2", { lang: card.lang }, card.title),
			h("p", {}, listed(card.tools) || t("no_tools")),
			h("p", {}, length))));
}

/** Keep every session, however it may be set. @type {(library: Library, context: Context) => any} */
function keepAll({ bytes = 0 }, { source }) {
	const { keep, bar, status } = keepButton(source.everything, (status) => say(status, t("kept_all")));
	say(keep, t("keep_all", { size: Math.round(bytes / 1e6) }));
	return h("section", { class: "keeper", hidden: true }, keep, bar, status);
}

/** @param {Library} library */
function byMuscle(library) {
	const on = new Set();
	const { muscles: [, most], minutes: range } = library.ranges;
	/** @type {number | null} */
	let length = null;
	const go = h("button", { class: "first",
		onclick: () => { location.hash = addressOf({ muscles: [...on], minutes: length ?? undefined }); } });

	function show() {
		const enough = on.size > 0 && on.size <= most;
		go.disabled = !enough;
		say(go, on.size > most ? t("most_muscles", { n: most }) : !enough ? t("least_muscles")
			: length ? t("compose_minutes", { n: length }) : t("compose"));
	}

	show();
	return h("section", { class: "panel by-muscle" },
		h("h2", {}, t("by_muscle")),
		chips({ legend: t("muscles"), items: library.muscles, on, onChange: show }),
		h("div", { class: "row" }, h("span", {}, t("how_long")),
			stepper({ label: t("minutes"), value: length, range,
				start: () => MINUTES_EACH * Math.max(1, on.size),
				shown: (n) => (n === null ? t("as_it_comes") : t("min", { n })),
				onChange: (value) => { length = value; show(); } }).node),
		go);
}
