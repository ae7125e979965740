/** One session: its plan, what can be changed about it, and Play. */

import { announce, backLink, h, mark, say, trouble } from "./dom.js";
import { Holds } from "./holds.js";
import { composed } from "./library.js";
import { isKept, keep } from "./offline.js";
import { settingControls } from "./settings.js";
import { keepSettings, settingsOf } from "./store.js";
import { parts, strip } from "./strip.js";
import { clock, listed, plainly, sentence, spokenClock, t } from "./words.js";

const CALM_MS = 150;

/**
 * @param {Library} library
 * @param {SessionRequest} bare which session
 * @param {Context} context
 */
export function sessionView(library, bare, context) {
	const { source } = context;
	const card = library.cards.find((one) => one.id === bare.routine);
	/** @type {SessionRequest} */
	const request = source.makes ? settingsOf(bare) : { ...bare };
	/** @type {Answer | null} */
	let answer = null;
	/** Play was pressed before the newest plan was there. */
	let eager = false;

	const titles = new Map(library.muscles.map((one) => [one.id, one.title]));
	const muscles = listed((bare.muscles ?? []).map((id) => titles.get(id) ?? id));
	// Until its plan has a title.
	const heading = h("h1", { tabindex: -1, lang: card?.lang }, card?.title ?? (muscles || t("session")));
	const picture = h("div", { class: "picture", role: "img", "aria-label": t("planning") });
	const warnings = h("ul", { class: "warnings", "aria-label": t("to_know") });
	const list = h("div", { class: "list" });
	const failure = h("div", { class: "failure" });
	const total = h("strong", {}, "–:––");
	const play = h("button", { class: "first", disabled: true, onclick: start }, t("play"));
	const holds = new Holds(library, request, changed);
	const kept = !source.makes && card ? keeper(card) : null;
	const ask = planner(source, show, fail);

	function changed() {
		eager = false;
		keepSettings(request);
		if (request.muscles) history.replaceState(null, "", composed(request.muscles, request.minutes));
		mark(node, "data-busy", true);
		ask(request, CALM_MS);
	}

	/** @param {Answer} now */
	function show(now) {
		const first = !answer;
		answer = now;
		const { plan } = now;
		failure.replaceChildren();
		mark(node, "data-busy", false);
		say(heading, plan.title);
		mark(heading, "lang", plan.language);
		say(total, `${now.estimated ? "≈ " : ""}${clock(plan.duration_ms)}`);
		picture.replaceChildren(strip(plan));
		const time = spokenClock(plan.duration_ms);
		mark(picture, "aria-label", t("summary", { time, parts: t("parts_of", { n: plan.chapters.length }),
			holds: t("holds_of", { n: plan.events.filter((event) => event.kind === "hold").length }) }));
		warnings.replaceChildren(...now.warnings.map((text) => h("li", { lang: "en" }, sentence(text))));
		if (source.makes) holds.show(plan);
		list.replaceChildren(parts(plan));
		play.disabled = false;
		if (eager) start();
		if (first) kept?.show(source.files(now));
		else announce(t("in_all", { time }));
	}

	/** @param {unknown} error */
	function fail(error) {
		mark(node, "data-busy", false);
		eager = false;
		play.disabled = true;
		say(total, "–:––");
		failure.replaceChildren(trouble(error, () => ask(request, 0)));
	}

	function start() {
		eager = node.hasAttribute("data-busy");
		if (answer && !eager) context.play(request, answer);
	}

	function reset() {
		keepSettings(bare);
		context.show();
	}

	const node = h("article", { class: "session" },
		backLink(),
		h("header", {}, heading,
			card?.about && h("details", { class: "about" },
				h("summary", {}, t("about")), h("p", { lang: card.about_lang }, card.about),
				card.short_on_words && h("p", {}, t("short_on_words"))),
			picture, failure, warnings),
		source.makes && h("div", { class: "columns" },
			h("section", {}, h("h2", {}, t("exercises")), holds.node),
			h("section", {}, h("h2", {}, t("settings")),
				...settingControls(library, request, changed, () => answer?.plan),
				h("button", { class: "quiet", onclick: reset }, t("usual")))),
		source.makes ? h("details", { class: "panel" }, h("summary", {}, h("h2", {}, t("all_parts"))), list)
			: h("section", {}, h("h2", {}, t("parts")), list),
		kept?.node,
		h("div", { class: "bar" }, h("p", {}, h("span", {}, t("total")), total), play));
	ask(request, 0);
	return { node, title: heading.textContent ?? "", stop: () => ask.stop() };
}

/**
 * Ask for plans: not while something is still being changed, and only the newest answer counts.
 * @param {Source} source
 * @param {(answer: Answer) => void} onAnswer
 * @param {(error: unknown) => void} onTrouble
 */
function planner(source, onAnswer, onTrouble) {
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let timer;
	let newest = new AbortController();

	/**
	 * @param {SessionRequest} request
	 * @param {number} calmMs how long nothing must change
	 */
	function ask(request, calmMs) {
		stop();
		const mine = new AbortController();
		newest = mine;
		timer = setTimeout(async () => {
			try {
				const answer = await source.plan(request, mine.signal);
				if (!mine.signal.aborted) onAnswer(answer);
			} catch (error) {
				if (!mine.signal.aborted) onTrouble(error);
			}
		}, calmMs);
	}

	function stop() {
		clearTimeout(timer);
		newest.abort();
	}

	return Object.assign(ask, { stop });
}

/** @param {Link[]} links */
export function downloads(links) {
	return links.map(({ href, title, save }) => h("a",
		{ class: "button second", href, download: save, target: save ? null : "_blank",
			rel: save ? null : "noopener" }, title));
}

/** A published session's files: kept on this phone, or taken along. @param {Card} card */
function keeper({ bytes }) {
	const size = ((bytes ?? 0) / 1e6).toLocaleString(document.documentElement.lang,
		{ minimumFractionDigits: 1, maximumFractionDigits: 1 });
	const status = h("p", { class: "hint", role: "status" });
	const bar = h("progress", { max: 1, value: 0, hidden: true, "aria-label": t("keeping") });
	const button = h("button", { class: "second", hidden: true, onclick: act }, t(bytes ? "keep_size" : "keep", { size }));
	const links = h("p", { class: "links" });
	let audio = "";

	async function act() {
		button.hidden = true;
		bar.hidden = false;
		try {
			// Not awaited: Firefox asks the user, and it can be kept without an answer.
			navigator.storage?.persist?.().catch(() => {});
			await keep(audio, (part) => { bar.value = part; });
			say(status, t("kept"));
		} catch (error) {
			say(status, plainly(error));
			button.hidden = false;
		}
		bar.hidden = true;
	}

	return {
		node: h("section", { class: "keeper" }, h("h2", {}, t("offline")), button, bar, status,
			links),
		/** @param {Files} files */
		async show(files) {
			audio = files.audio;
			links.append(...downloads(files.links));
			const kept = await isKept(audio);
			button.hidden = kept !== false;
			if (kept) say(status, t("kept"));
		},
	};
}
