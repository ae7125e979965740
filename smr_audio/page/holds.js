/** The exercises of a planned session, each with its times and a stepper for its holds. */

import { stepper } from "./controls.js";
import { h, mark, say } from "./dom.js";
import { thumb } from "./posture.js";
import { sideTag } from "./strip.js";
import { Timeline } from "./timeline.js";
import { clock, listed, t } from "./words.js";

const STEP_S = 5;

/**
 * The exercises' cards. They stay as they are while the plan has the same exercises, so that a
 * thumb that presses and a focus are left alone.
 */
export class Holds {
	#shape = "";
	/** @type {((exercises: Exercise[], levels: Record<string, string>) => void)[]} */
	#updates = [];

	/**
	 * @param {Library} library
	 * @param {SessionRequest} request changed in place
	 * @param {() => void} onChange
	 */
	constructor(library, request, onChange) {
		this.library = library;
		this.request = request;
		this.onChange = onChange;
		/** Nothing can be left out. */
		this.whole = library.cards.find((one) => one.id === request.routine)?.whole;
		this.list = h("ol", { class: "exercises", tabindex: -1 });
		this.all = h("div");
		this.left = h("p", { class: "links" });
		this.node = h("div", { class: "exercises" }, this.all, this.list, this.left);
	}

	/** @param {Plan} plan */
	show(plan) {
		const exercises = exercisesOf(plan);
		const shape = exercises.map((one) => [one.id, ...one.sides.keys()].join(":")).join(",");
		if (shape !== this.#shape) {
			this.#shape = shape;
			this.#updates = [];
			const focused = this.node.contains(document.activeElement);
			this.all.replaceChildren(this.#together(exercises));
			this.list.replaceChildren(
				...exercises.map((one) => this.#card(one, exercises.length > 1)));
			this.left.replaceChildren(...(this.request.skip ?? []).map((id) => this.#putBack(id)));
			if (focused && !this.node.contains(document.activeElement)) this.list.focus();
		}
		for (const update of this.#updates) update(exercises, plan.talk?.techniques ?? {});
	}

	/** All holds at once, within what every exercise can take. @param {Exercise[]} exercises */
	#together(exercises) {
		const ranges = exercises.map((one) => this.#technique(one.id).hold);
		const made = stepper({ label: t("all_holds"), value: this.#holds.all ?? null, step: STEP_S,
			range: [Math.max(...ranges.map((one) => one.least)), Math.max(...ranges.map((one) => one.most))],
			start: () => secondsOf(exercises[0], null),
			shown: (n) => (n === null ? t("as_planned") : t("seconds", { n })),
			onChange: (value) => { this.request.holds = { all: value }; this.onChange(); } });
		return h("div", { class: "row" }, h("span", {}, t("all_holds")), made.node);
	}

	/** @param {string} id */
	#putBack(id) {
		const others = () => (this.request.skip ?? []).filter((one) => one !== id);
		return h("button", { class: "chip", onclick: () => this.#leaveOut(others()) },
			t("put_back", { name: this.#technique(id).title }));
	}

	/** @param {string[]} ids */
	#leaveOut(ids) {
		this.request.skip = ids;
		this.onChange();
	}

	/** @param {string} id */
	#technique(id) {
		return /** @type {Technique} */ (this.library.techniques.find((one) => one.id === id));
	}

	/** @type {(exercise: Exercise, several: boolean) => Node} */
	#card(exercise, several) {
		const technique = this.#technique(exercise.id);
		const { title, lang, hold: { least, most } } = technique;
		const titles = new Map(this.library.tools.map((tool) => [tool.id, tool.title]));
		const tools = listed(technique.tools.map((id) => titles.get(id) ?? id));
		const both = exercise.sides.size > 1;
		/** Its tools, and how much is said of it. */
		const facts = h("p", { class: "hint" }, tools);
		const times = h("p", { class: "times" });
		const rows = h("div", { class: "rows" });
		const apart = both && h("button", { class: "quiet", onclick: () => {
			split = !split;
			this.#split(exercise, split);
			rows.replaceChildren();
			build();
		} });
		let split = [...exercise.sides.keys()].some((side) => keyOf(exercise.id, side) in this.#holds);
		/** @type {(exercise: Exercise) => void} */
		let updateRows = () => {};

		const build = () => {
			const sides = split ? [...exercise.sides.keys()] : [null];
			const steppers = sides.map((side) => {
				const label = split && side ? t("hold_side_of", { side: t(side), name: title })
					: t("hold_of", { name: title });
				const made = stepper({ label, value: secondsOf(exercise, side), range: [least, most],
					step: STEP_S, shown: (n) => t("seconds", { n }), onChange: (value) => {
						this.#holds[keyOf(exercise.id, side)] = value;
						this.onChange();
					} });
				rows.append(h("div", { class: "row" },
					split && side ? sideTag(side) : h("span", {}, t(both ? "each_side" : "hold")), made.node));
				return { side, made };
			});
			updateRows = (now) => {
				for (const { side, made } of steppers) made.set(secondsOf(now, side));
			};
			if (apart) {
				say(apart, t(split ? "same" : "apart"));
				mark(apart, "aria-label", t("of", { what: apart.textContent, name: title }));
			}
		};
		build();
		this.#updates.push((exercises, levels) => {
			const now = exercises.find((one) => one.id === exercise.id);
			if (!now) return;
			exercise = now;
			updateRows(now);
			const level = levels[exercise.id];
			say(facts, listed([tools, ...(level ? [t(`talk_${level}`)] : [])].filter(Boolean)));
			times.replaceChildren(...[...now.sides].map(([side, { at, sets }]) => h("span", {},
				sideTag(side), t(sets > 1 ? "at_sets" : "at", { time: clock(at), n: sets }))));
		});
		const out = several && !this.whole && h("button", { class: "quiet", "aria-label": t("leave_out_of", { name: title }),
			onclick: () => this.#leaveOut([...(this.request.skip ?? []), exercise.id]) }, t("leave_out"));
		return h("li", { class: "panel" }, thumb(exercise.chapter), h("h3", { lang }, title),
			facts, times, rows,
			h("div", { class: "acts-of" }, out, apart));
	}

	get #holds() {
		this.request.holds ??= {};
		return this.request.holds;
	}

	/** @type {(exercise: Exercise, split: boolean) => void} */
	#split(exercise, split) {
		const holds = this.#holds;
		if (split) {
			for (const [side, { seconds }] of exercise.sides) holds[keyOf(exercise.id, side)] = seconds;
			delete holds[exercise.id];
		} else {
			holds[exercise.id] = secondsOf(exercise, null);
			for (const side of exercise.sides.keys()) delete holds[keyOf(exercise.id, side)];
		}
		this.onChange();
	}
}

/** In the order of the plan. @type {(plan: Plan) => Exercise[]} */
function exercisesOf(plan) {
	const timeline = new Timeline(plan);
	/** @type {Map<string, Exercise>} */
	const found = new Map();
	for (const chapter of plan.chapters) {
		const holds = timeline.holdsIn(chapter);
		if (!chapter.technique || !holds.length) continue;
		const { technique: id, side } = chapter;
		const exercise = found.get(id) ?? { id, chapter, sides: new Map() };
		found.set(id, exercise);
		// A side may be repeated at the end; its first time is shown.
		if (!exercise.sides.has(side)) {
			const seconds = Math.round((holds[0].end_ms - holds[0].start_ms) / 1000);
			exercise.sides.set(side, { at: chapter.start_ms, seconds, sets: holds.length });
		}
	}
	return [...found.values()];
}

/** Of a side, or of all. @type {(exercise: Exercise, side: Side) => number} */
function secondsOf(exercise, side) {
	const found = side && exercise.sides.get(side);
	return (found || [...exercise.sides.values()][0]).seconds;
}

/** @type {(id: string, side: Side) => string} */
function keyOf(id, side) {
	return side ? `${id}:${side}` : id;
}
