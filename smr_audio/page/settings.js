/** The settings of a session besides its holds: sides, tools, limits, length, voice. */

import { chips, oneOf, stepper } from "./controls.js";
import { h } from "./dom.js";
import { sideWord } from "./strip.js";
import { t } from "./words.js";

/** @type {Record<string, string>} */
const OPEN = { talk: "auto", pace: "normal", sides: "both", bed: "off" };

/**
 * @param {Library} library
 * @param {SessionRequest} request changed in place
 * @param {(plan?: Plan) => void} onChange
 * @param {() => Plan | undefined} planned the newest plan
 */
export function settingControls(library, request, onChange, planned) {
	const { profile, choices, ranges } = library;

	/**
	 * One of the values that the server lists for an option, or of the numbers in its range. The
	 * page's words by its name are KEY, KEY_VALUE, KEY_VALUE_hint, and KEY_open for leaving it open,
	 * where nothing else says what holds then.
	 * @param {string} key
	 */
	function choice(key) {
		const [least, most] = ranges[key] ?? [];
		const counted = Array.from({ length: most - least + 1 || 0 }, (_, index) => String(least + index));
		const items = (choices[key] ?? counted).map((value) => {
			const title = sideWord(value) || t(`${key}_${value}`) || value;
			return { value, title, hint: t(`${key}_${value}_hint`) };
		});
		const open = t(`${key}_open`);
		if (key === "talk") items.unshift({ value: "auto", title: t("talk_auto"), hint: t("talk_auto_hint") });
		if (open) items.unshift({ value: "", title: open, hint: "" });
		// Talk may be a level for each of some techniques; here is the one for all.
		const set = request[key] ?? profile[key] ?? "";
		const value = String((typeof set === "object" ? set.all ?? "learn" : set) || OPEN[key] || "");
		return oneOf({ legend: t(key), key, items, value,
			onChange: (value) => {
				request[key] = value === "" ? undefined : key in ranges ? Number(value) : value;
				onChange();
			} });
	}

	/**
	 * A number in the range of an option; null is left open.
	 * @type {(key: string, label: string, start: () => number, shown: StepperOptions["shown"], step?: number) => any}
	 */
	function count(key, label, start, shown, step = 1) {
		return stepper({ label, value: request[key] ?? profile[key] ?? null, range: ranges[key], start, shown, step,
			onChange: (value) => { request[key] = value; onChange(); } });
	}

	/** Seconds of an option, whose words are those by its name. @param {string} key */
	function seconds(key) {
		const shown = (/** @type {number | null} */ n) => (n === null ? t("as_planned") : t("seconds", { n }));
		return row(t(key), count(key, t(key), () => 0, shown, 5).node);
	}

	/** At first all tools, or the profile's. */
	function tools() {
		const all = library.tools.map((tool) => tool.id);
		const on = new Set(request.tools ?? (profile.tools?.length ? profile.tools : all));
		return chips({ legend: t("tools"), items: library.tools, on, hint: t("tools_hint"),
			onChange: () => { request.tools = all.filter((id) => on.has(id)); onChange(); } });
	}

	function limits() {
		const on = new Set(request.limits ?? profile.limits ?? []);
		return ["limits", "medical"].map((key) => chips({ legend: t(key), on,
			hint: key === "medical" ? t("medical_hint") : "",
			items: library.limits.filter((limit) => limit.medical === (key === "medical")),
			onChange: () => { request.limits = [...on]; onChange(); } }));
	}

	// A published session is put together on the phone, of what was spoken for it.
	if (!library.voices.length) {
		const bed = choices.bed ? [choice("bed")] : [];
		return { length: null, nodes: [section(t("how_much"), true, choice("sides"), choice("first")),
			section(t("what_you_hear"), true, choice("talk"), choice("safety"), ...bed)] };
	}
	const sets = count("sets", t("sets_of_side"),
		() => Math.max(1, ...(planned()?.events ?? []).map((event) => event.set ?? 1)),
		(value) => (value === null ? t("as_planned") : String(value)));
	const length = count("minutes", t("minutes"),
		() => Math.round((planned()?.duration_ms ?? 600000) / 60000),
		(n) => (n === null ? t("as_it_comes") : t("min", { n })));
	const named = request.voice ?? profile.voice ?? "";
	const voice = h("select", { onchange: () => { request.voice = voice.value || undefined; onChange(); } },
		...[{ id: "", title: t("voice_open"), lang: undefined }, ...library.voices].map(({ id, title, lang }) =>
			h("option", { value: id, lang, selected: id === named }, title)));
	const metronome = h("input", { type: "checkbox", checked: request.metronome ?? Boolean(profile.metronome),
		onchange: () => { request.metronome = metronome.checked; onChange(); } });

	const nodes = [
		section(t("how_much"), true,
			choice("sides"), row(t("sets_label"), sets.node), row(t("length"), length.node), choice("dose")),
		section(t("rests"), false, ...["rest_s", "rest_between_s", "switch_s", "prepare_s"].map(seconds)),
		section(t("tools_limits"), false, tools(), ...limits(), choice("level")),
		section(t("what_you_hear"), false,
			choice("talk"), choice("safety"), choice("pace"),
			h("label", { class: "many" }, h("span", {}, t("voice")), voice),
			h("label", { class: "yes-no" }, metronome,
				h("span", {}, t("metronome"), h("small", {}, t("metronome_hint")))),
			choice("bed")),
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
