/** One session: its plan, what can be changed about it, and Play. */

import { announce, backLink, button, h, mark, say, trouble } from "./dom.js";
import { holdControls } from "./holds.js";
import { keeper } from "./offline.js";
import { settingControls } from "./settings.js";
import { addressOf, keepPlace, keepSettings, lastPlayed, settingsOf } from "./store.js";
import { parts, strip } from "./strip.js";
import { Trouble, clock, listed, plainly, sentence, spokenClock, t } from "./words.js";

const CALM_MS = 150;
const LEAST_PLACE_MS = 1000;

/** The session of a `bare` request. @type {(library: Library, bare: SessionRequest, context: Context) => View} */
export function sessionView(library, bare, context) {
	const { source } = context;
	const card = library.cards.find((one) => one.id === bare.routine);
	const changes = source.makes || card?.fixed === false;
	/** @type {SessionRequest} */
	const request = changes ? settingsOf(bare) : { routine: bare.routine };
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
	/** Why the length is not as it was asked for. */
	let note = "";
	let { minutes } = request;
	const holds = holdControls(library, request, changed);
	const settings = changes
		? settingControls(library, request, changed, () => answer?.plan) : null;
	const kept = !source.makes && card ? keeper(source, card.id) : null;
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let timer;
	let newest = new AbortController();

	function stop() {
		clearTimeout(timer);
		newest.abort();
	}

	/** Ask for a plan once nothing was changed for so long; only the newest answer counts. @param {number} calmMs */
	function ask(calmMs) {
		stop();
		const { signal } = newest = new AbortController();
		timer = setTimeout(async () => {
			try {
				const found = await source.plan(request, signal);
				if (!signal.aborted) show(found);
			} catch (error) {
				if (!signal.aborted) fail(error);
			}
		}, calmMs);
	}

	function changed() {
		eager = false;
		note = "";
		if (request.minutes === minutes) settings?.length?.free();
		minutes = request.minutes;
		keepSettings(request);
		history.replaceState(null, "", addressOf(request));
		mark(node, "data-busy", true);
		ask(CALM_MS);
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
		const told = [note, ...now.warnings].filter(Boolean);
		warnings.replaceChildren(...told.map((text) => h("li", { lang: "en" }, sentence(text))));
		if (changes) holds.show(plan);
		list.replaceChildren(parts(plan));
		play.disabled = false;
		if (eager) start();
		kept?.show(now);
		if (!first) announce(t("in_all", { time }));
	}

	/** @param {unknown} error */
	function fail(error) {
		const nearest = error instanceof Trouble && error.minutes;
		if (settings?.length && nearest && request.minutes && nearest !== request.minutes && !note) {
			settings.length.stop(nearest, plainly(error));
			request.minutes = nearest;
			changed();
			note = plainly(error);
			return;
		}
		mark(node, "data-busy", false);
		eager = false;
		play.disabled = true;
		say(total, "–:––");
		failure.replaceChildren(trouble(error, () => ask(0)));
	}

	function start() {
		eager = node.hasAttribute("data-busy");
		if (answer && !eager) context.play(request, answer);
	}

	function reset() {
		const { routine, muscles } = bare;
		keepSettings({ routine, muscles });
		history.replaceState(null, "", addressOf({ routine, muscles }));
		context.show();
	}

	/** Hand the address to another app; where that is not possible it can be copied. */
	async function share() {
		const url = new URL(addressOf(request), location.href).href;
		const can = "share" in navigator;
		try {
			if (can) await navigator.share({ title: answer?.plan.title, url });
			else await /** @type {Navigator} */ (navigator).clipboard.writeText(url);
			say(shared, can ? "" : t("copied"));
		} catch {
			say(shared, url);
		}
	}

	const place = lastPlayed(bare);
	const goOn = place && place.at_ms > LEAST_PLACE_MS && button("second", t("go_on", { time: clock(place.at_ms) }), () => {
		keepPlace(place);
		context.goOn();
	});
	const shared = h("p", { class: "hint", role: "status" });

	const node = h("article", { class: "session" },
		backLink(),
		h("header", {}, heading,
			card?.about && h("details", { class: "about" },
				h("summary", {}, t("about")), h("p", { lang: card.about_lang }, card.about),
				card.short_on_words && h("p", {}, t("short_on_words"))),
			picture, failure, warnings),
		changes && h("div", { class: "columns" },
			h("section", {}, h("h2", {}, t("exercises")), holds.node),
			h("section", {}, h("h2", {}, t("settings")),
				...(settings?.nodes ?? []),
				h("div", { class: "acts-of" }, button("quiet", t("usual"), reset), button("quiet", t("share"), share)),
				shared)),
		changes ? h("details", { class: "panel" }, h("summary", {}, h("h2", {}, t("all_parts"))), list)
			: h("section", {}, h("h2", {}, t("parts")), list),
		kept?.node,
		h("div", { class: "bar" }, h("p", {}, h("span", {}, t("total")), total), goOn, play));
	ask(0);
	return { node, title: heading.textContent ?? "", stop };
}
