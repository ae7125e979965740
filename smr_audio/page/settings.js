/** The settings of a session besides its holds: sides, tools, limits, length, voice. */

import { chips, oneOf, oneOfMany, stepper, yesNo } from "./controls.js";
import { h } from "./dom.js";
import { name } from "./words.js";

/** Titles and hints for values; any other value stands for itself. @type {Record<string, any>} */
const WORDS = {
	sides: { both: ["Both"], left: ["Left"], right: ["Right"] },
	talk: { learn: ["Learn", "everything"], follow: ["Follow", "you know it"],
		minimal: ["Minimal", "cues only"] },
	safety: { full: ["Whole"], short: ["Short", "stop rule"] },
	pace: { relaxed: ["Relaxed"], normal: ["Normal"], quick: ["Quick"] },
	dose: { article: ["Light"], standard: ["Usual"], extended: ["Long"] },
	level: { 1: ["1", "beginner"], 3: ["3", "advanced"] },
};
/** @type {Record<string, string>} */
const OPEN = { talk: "learn", pace: "normal", sides: "both" };
/**
 * What levels of talk by other names are here: older pages stored two, a profile may have the third.
 * @type {Record<string, string>}
 */
const LEVELS = { full: "learn", brief: "follow", auto: "learn" };

/**
 * @param {Library} library
 * @param {SessionRequest} request changed in place
 * @param {(plan?: Plan) => void} onChange
 * @param {() => Plan | undefined} planned the newest plan
 */
export function settingControls(library, request, onChange, planned) {
	const { profile, choices, ranges } = library;

	/**
	 * One of the values that the server lists for an option, or of the numbers in its range.
	 * @param {string} key
	 * @param {string} legend
	 * @param {string} [open] words for leaving it open, where nothing else says what holds then
	 */
	function choice(key, legend, open) {
		const [least, most] = ranges[key] ?? [];
		const counted = Array.from({ length: most - least + 1 || 0 }, (_, index) => String(least + index));
		const items = (choices[key] ?? counted).map((value) => {
			const [title, hint] = WORDS[key][value] ?? [value];
			return { value, title, hint };
		});
		if (open) items.unshift({ value: "", title: open, hint: "" });
		// Talk may be a level for each of some techniques; here is the one for all.
		const set = request[key] ?? profile[key] ?? "";
		const one = (typeof set === "object" ? set.all : set) || OPEN[key] || "";
		const value = String(key === "talk" ? LEVELS[one] ?? one : one);
		return oneOf({ legend, key, items, value,
			onChange: (value) => {
				request[key] = value === "" ? undefined : key in ranges ? Number(value) : value;
				onChange();
			} });
	}

	/**
	 * A number in the range of an option; null is left open.
	 * @param {string} key
	 * @param {string} label
	 * @param {() => number} start
	 * @param {(value: number | null) => string} shown
	 */
	function count(key, label, start, shown) {
		return stepper({ label, value: request[key] ?? profile[key] ?? null, range: ranges[key], start, shown,
			onChange: (value) => { request[key] = value; onChange(); } });
	}

	/** At first all tools, or the profile's. */
	function tools() {
		const all = library.tools.map((tool) => tool.id);
		const on = new Set(request.tools ?? (profile.tools?.length ? profile.tools : all));
		return chips({ legend: "Tools you have", items: library.tools.map(shown), on,
			hint: "An exercise that needs another is swapped or left out.",
			onChange: () => { request.tools = all.filter((id) => on.has(id)); onChange(); } });
	}

	function limits() {
		const on = new Set(request.limits ?? profile.limits ?? []);
		const changed = () => { request.limits = [...on]; onChange(); };
		const [body, medical] = [false, true].map((is) => library.limits
			.filter((limit) => limit.medical === is).map(shown));
		return [
			chips({ legend: "What your body does not allow", items: body, on, onChange: changed }),
			chips({ legend: "Ask a clinician first", items: medical, on, onChange: changed,
				hint: "What does not suit is left out. It does not replace their advice." }),
		];
	}

	const sets = count("sets", "Sets of each side",
		() => Math.max(1, ...(planned()?.events ?? []).map((event) => event.set ?? 1)),
		(value) => (value === null ? "As planned" : String(value)));
	const length = count("minutes", "Minutes",
		() => Math.round((planned()?.duration_ms ?? 600000) / 60000),
		(value) => (value === null ? "As it comes" : `${value} min`));

	const nodes = [
		section("How much", true,
			choice("sides", "Sides"), row("Sets", sets.node), row("Length", length.node),
			choice("dose", "Dose", "As is")),
		section("Tools and limits", false,
			tools(), ...limits(),
			choice("level", "Level at most", "Any")),
		section("What you hear", false,
			choice("talk", "Talk"), choice("safety", "Safety check", "As is"),
			choice("pace", "Time to set up"),
			oneOfMany({ legend: "Voice", items: [{ id: "", title: "As usual" }, ...library.voices],
				value: request.voice ?? profile.voice ?? "",
				onChange: (value) => { request.voice = value || undefined; onChange(); } }),
			yesNo({ legend: "Metronome", hint: "ticks the pace of the movement",
				value: request.metronome ?? Boolean(profile.metronome),
				onChange: (value) => { request.metronome = value; onChange(); } })),
	];
	return { nodes, length };
}

/** @type {(title: string, open: boolean, ...children: Node[]) => Node} */
function section(title, open, ...children) {
	return h("details", { class: "panel", open }, h("summary", {}, h("h2", {}, title)), ...children);
}

/** @type {(title: string, control: Node) => Node} */
function row(title, control) {
	return h("div", { class: "row" }, h("span", {}, title), control);
}

/** @param {Named} named */
function shown({ id, title }) {
	return { id, title: name(title) };
}
