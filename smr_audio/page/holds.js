/** The exercises of a planned session, each with its times and a stepper for its holds. */

import { stepper } from "./controls.js";
import { button, h, mark, say } from "./dom.js";
import { sideTag, thumb } from "./strip.js";
import { Timeline } from "./timeline.js";
import { clock, listed, t } from "./words.js";

const STEP_S = 5;

/**
 * The exercises' cards. They stay as they are while the plan has the same exercises, so that a
 * thumb that presses and a focus are left alone.
 * @param {Library} library
 * @param {SessionRequest} request changed in place
 * @param {() => void} onChange
 */
export function holdControls(library, request, onChange) {
	/** Whether nothing can be left out. */
	const whole = library.cards.find((one) => one.id === request.routine)?.whole;
	const list = h("ol", { class: "exercises", tabindex: -1 });
	const all = h("div");
	const left = h("p", { class: "links" });
	const node = h("div", { class: "exercises" }, all, list, left);
	let shape = "";
	/** @type {((exercises: Exercise[], levels: Record<string, string>) => void)[]} */
	let updates = [];

	/** @param {string} id */
	const techniqueOf = (id) => /** @type {Technique} */ (library.techniques.find((one) => one.id === id));
	const holds = () => request.holds ??= {};

	/** All holds at once, within what every exercise can take. @param {Exercise[]} exercises */
	function together(exercises) {
		const ranges = exercises.map((one) => techniqueOf(one.id).hold);
		const made = stepper({ label: t("all_holds"), value: holds().all ?? null, step: STEP_S,
			range: [Math.max(...ranges.map((one) => one.least)), Math.max(...ranges.map((one) => one.most))],
			start: () => secondsOf(exercises[0], null),
			shown: (n) => (n === null ? t("as_planned") : t("seconds", { n })),
			onChange: (value) => { request.holds = { all: value }; onChange(); } });
		return h("div", { class: "row" }, h("span", {}, t("all_holds")), made.node);
	}

	/** @param {string[]} ids */
	function leaveOut(ids) {
		request.skip = ids;
		onChange();
	}

	/** @param {string} id */
	function putBack(id) {
		const others = () => (request.skip ?? []).filter((one) => one !== id);
		return button("chip", t("put_back", { name: techniqueOf(id).title }), () => leaveOut(others()));
	}

	/** Each side by itself, or not. @type {(exercise: Exercise, apart: boolean) => void} */
	function setApart(exercise, apart) {
		for (const [side, { seconds }] of exercise.sides) {
			if (apart) holds()[keyOf(exercise.id, side)] = seconds;
			else delete holds()[keyOf(exercise.id, side)];
		}
		if (apart) delete holds()[exercise.id];
		else holds()[exercise.id] = secondsOf(exercise, null);
		onChange();
	}

	/** @type {(exercise: Exercise, several: boolean) => Node} */
	function card(exercise, several) {
		const technique = techniqueOf(exercise.id);
		const { title, lang, hold: { least, most } } = technique;
		const titles = new Map(library.tools.map((tool) => [tool.id, tool.title]));
		const tools = listed(technique.tools.map((id) => titles.get(id) ?? id));
		const both = exercise.sides.size > 1;
		/** Its tools, and how much is said of it. */
		const facts = h("p", { class: "hint" }, tools);
		const times = h("p", { class: "times" });
		const rows = h("div", { class: "rows" });
		const apart = both && h("button", { class: "quiet", onclick: () => {
			split = !split;
			setApart(exercise, split);
			rows.replaceChildren();
			build();
		} });
		let split = [...exercise.sides.keys()].some((side) => keyOf(exercise.id, side) in holds());
		/** @type {(exercise: Exercise) => void} */
		let updateRows = () => {};

		const build = () => {
			const sides = split ? [...exercise.sides.keys()] : [null];
			const steppers = sides.map((side) => {
				const label = split && side ? t("hold_side_of", { side: t(side), name: title })
					: t("hold_of", { name: title });
				const made = stepper({ label, value: secondsOf(exercise, side), range: [least, most],
					step: STEP_S, shown: (n) => t("seconds", { n }), onChange: (value) => {
						holds()[keyOf(exercise.id, side)] = value;
						onChange();
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
		updates.push((exercises, levels) => {
			const now = exercises.find((one) => one.id === exercise.id);
			if (!now) return;
			exercise = now;
			updateRows(now);
			const level = levels[exercise.id];
			say(facts, listed([tools, ...(level ? [t(`talk_${level}`)] : [])].filter(Boolean)));
			times.replaceChildren(...[...now.sides].map(([side, { at, sets }]) => h("span", {},
				sideTag(side), t(sets > 1 ? "at_sets" : "at", { time: clock(at), n: sets }))));
		});
		const out = several && !whole && h("button", { class: "quiet", "aria-label": t("leave_out_of", { name: title }),
			onclick: () => leaveOut([...(request.skip ?? []), exercise.id]) }, t("leave_out"));
		return h("li", { class: "panel" }, thumb(exercise.chapter), h("h3", { lang }, title),
			facts, times, rows,
			h("div", { class: "acts-of" }, out, apart));
	}

	return {
		node,
		/** @param {Plan} plan */
		show(plan) {
			const exercises = exercisesOf(plan);
			const now = exercises.map((one) => [one.id, ...one.sides.keys()].join(":")).join(",");
			if (now !== shape) {
				shape = now;
				updates = [];
				const focused = node.contains(document.activeElement);
				all.replaceChildren(together(exercises));
				list.replaceChildren(...exercises.map((one) => card(one, exercises.length > 1)));
				left.replaceChildren(...(request.skip ?? []).map(putBack));
				if (focused && !node.contains(document.activeElement)) list.focus();
			}
			for (const update of updates) update(exercises, plan.talk?.techniques ?? {});
		},
	};
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
