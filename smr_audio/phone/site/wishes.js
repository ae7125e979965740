/** What a session can be told besides its holds: sides, tools, limits, length, voice. */

import { chips, oneOf, oneOfMany, yesNo } from "./choices.js";
import { h } from "./dom.js";
import { stepper } from "./steppers.js";
import { name } from "./words.js";

const MOST_SETS = 6;
const LEAST_MINUTES = 3;
const MOST_MINUTES = 90;

/** Words for values of the choices. */
const WORDS = {
	sides: { both: ["Both"], left: ["Left"], right: ["Right"] },
	talk: { full: ["Full", "everything"], brief: ["Brief", "you know it"],
		minimal: ["Least", "sides, counts"] },
	pace: { relaxed: ["Relaxed"], normal: ["Normal"], quick: ["Quick"] },
	dose: { article: ["Light"], standard: ["Usual"], extended: ["Long"] },
	level: { 1: ["1", "beginner"], 2: ["2"], 3: ["3", "advanced"] },
};
const OPEN = { talk: "full", pace: "normal", sides: "both" };

/**
 * @param {Library} library
 * @param {Wish} wish changed in place
 * @param {(plan?: Plan) => void} onChange
 * @param {() => Plan | null} planned the newest plan
 */
export function wishControls(library, wish, onChange, planned) {
	const { profile, choices } = library;

	/**
	 * @param {"sides" | "talk" | "pace" | "dose" | "level"} key
	 * @param {string} legend
	 * @param {string[]} values
	 * @param {string} [open] words for leaving it open, where nothing else says what holds then
	 */
	function choice(key, legend, values, open) {
		/** @type {Record<string, string[]>} */
		const words = WORDS[key];
		const items = values.map((value) => {
			const [title, hint] = words[value];
			return { value, title, hint };
		});
		if (open) items.unshift({ value: "", title: open, hint: "" });
		const known = wish[key] ?? profile[key] ?? /** @type {any} */ (OPEN)[key] ?? "";
		return oneOf({ legend, key, items, value: String(known),
			onChange: (value) => {
				/** @type {any} */ (wish)[key] = value === "" ? undefined
					: key === "level" ? Number(value) : value;
				onChange();
			} });
	}

	/** At first all tools, or the profile's. */
	function tools() {
		const all = library.tools.map((tool) => tool.id);
		const on = new Set(wish.tools ?? (profile.tools?.length ? profile.tools : all));
		return chips({ legend: "Tools you have", items: library.tools.map(shown), on,
			hint: "An exercise that needs another is swapped or left out.",
			onChange: () => {
				wish.tools = all.filter((id) => on.has(id));
				onChange();
			} });
	}

	function limits() {
		const on = new Set(wish.limits ?? profile.limits ?? []);
		const changed = () => {
			wish.limits = [...on];
			onChange();
		};
		const [body, medical] = [false, true].map((is) => library.limits
			.filter((limit) => limit.medical === is).map(shown));
		return [
			chips({ legend: "What your body does not allow", items: body, on, onChange: changed }),
			chips({ legend: "Ask a clinician first", items: medical, on, onChange: changed,
				hint: "What does not suit is left out. It does not replace their advice." }),
		];
	}

	function voices() {
		return oneOfMany({ legend: "Voice",
			items: [{ id: "", title: "As usual" }, ...library.voices],
			value: wish.voice ?? profile.voice ?? "",
			onChange: (value) => {
				wish.voice = value || undefined;
				onChange();
			} });
	}

	const sets = stepper({ label: "Sets of each side", value: wish.sets ?? profile.sets ?? null, least: 1,
		most: MOST_SETS, start: () => setsOf(planned()), shown: (value) => (value === null
			? "As planned" : String(value)), onChange: (value) => { wish.sets = value; onChange(); } });
	const length = stepper({ label: "Minutes", value: wish.minutes ?? null, least: LEAST_MINUTES,
		most: MOST_MINUTES, start: () => Math.round((planned()?.duration_ms ?? 600000) / 60000),
		shown: (value) => (value === null ? "As it comes" : `${value} min`),
		onChange: (value) => { wish.minutes = value; onChange(); } });

	return [
		section("How much", true,
			choice("sides", "Sides", choices.sides),
			row("Sets", sets.node), row("Length", length.node),
			choice("dose", "Dose", choices.dose, "As is")),
		section("Tools and limits", false,
			tools(), ...limits(),
			choice("level", "Level at most", ["1", "2", "3"], "Any")),
		section("What you hear", false,
			choice("talk", "Talk", choices.talk), choice("pace", "Time to set up", choices.pace),
			voices(),
			yesNo({ legend: "Metronome", hint: "ticks the pace of the movement",
				value: wish.metronome ?? Boolean(profile.metronome),
				onChange: (value) => { wish.metronome = value; onChange(); } })),
	];
}

/**
 * @param {string} title
 * @param {boolean} open
 * @param {...(Node | false | null)} children
 */
function section(title, open, ...children) {
	return h("details", { class: "panel", open }, h("summary", {}, h("h2", {}, title)), ...children);
}

/** @type {(title: string, control: Node) => Node} */
function row(title, control) {
	return h("div", { class: "row" }, h("span", {}, title), control);
}

/**
 * @param {Plan | null} plan
 * @returns {number} the most sets that a side has
 */
function setsOf(plan) {
	return Math.max(1, ...(plan?.events ?? []).map((event) => event.set ?? 1));
}

/** @param {Named} named */
function shown({ id, title }) {
	return { id, title: name(title) };
}
