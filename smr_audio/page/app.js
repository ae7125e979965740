/** The page: which view is shown, by the address's part after the #. */

import { announce, h, trouble } from "./dom.js";
import { libraryView } from "./library.js";
import { startWorker } from "./offline.js";
import { playView } from "./play.js";
import { Player } from "./player.js";
import { sessionView } from "./session.js";
import { liveSource, staticSource } from "./sources.js";
import { keepPlace, lastPlayed, requestOf } from "./store.js";
import { t } from "./words.js";

const main = /** @type {HTMLElement} */ (document.getElementById("view"));
// A server that makes sessions, or a published folder of finished ones.
const source = document.documentElement.dataset.source === "static" ? staticSource() : liveSource();
const player = new Player(/** @type {HTMLAudioElement} */ (document.getElementById("sound")));
/** @type {Context} */
const context = { source, player, play, goOn, show };
/** @type {Promise<Library> | null} */
let library = null;
/** @type {View | null} */
let view = null;
/** What a tap asked to hear; a reload asks for nothing. @type {{answer: Answer | null} | null} */
let wanted = null;
let shows = 0;

/**
 * Play a planned session from its start. Called by a tap, so that sound is allowed.
 * @type {(request: SessionRequest, answer: Answer) => void}
 */
function play(request, answer) {
	const { options, plan: { title, language, duration_ms } } = answer;
	// What is said is settled: what is done from now on must not move the places of this session.
	const told = options && { talk: options.talk ?? {}, safety: options.safety };
	keepPlace({ request: { ...request, ...told }, title, language, at_ms: 0, duration_ms });
	wanted = { answer };
	location.hash = "#/play";
}

/** Play on where the last session was left. Called by a tap. */
function goOn() {
	wanted = { answer: null };
	location.hash = "#/play";
}

/** Show the view of the address. */
async function show() {
	const mine = ++shows;
	view?.stop();
	view = null;
	if (!main.firstChild) main.append(h("p", { class: "plain" }, t("loading")));
	try {
		const next = await viewOf(location.hash.split("/").slice(1).map(decodeURIComponent));
		if (mine !== shows) next.stop();
		else put(next);
	} catch (error) {
		if (mine === shows) main.replaceChildren(h("h1", { tabindex: -1 }, "smr-audio"), trouble(error, show));
	}
}

/** @param {string[]} route */
async function viewOf([kind, target, minutes]) {
	if (kind === "play" && lastPlayed()) {
		const tapped = wanted;
		wanted = null;
		return playView(context, tapped);
	}
	library ??= source.library();
	const found = await library.catch((error) => {
		library = null;
		throw error;
	});
	if (kind === "r" && target) return sessionView(found, requestOf(target), context);
	if (kind === "m" && target) {
		const request = { muscles: target.split("+"), minutes: Number(minutes) || undefined };
		return sessionView(found, request, context);
	}
	return libraryView(found, context);
}

/** @param {View} next */
function put(next) {
	const first = !document.title.includes("·");
	view = next;
	main.replaceChildren(next.node);
	document.title = `${next.title} · smr-audio`;
	scrollTo(0, 0);
	if (first) return;  // the browser has put the focus where it belongs
	/** @type {HTMLElement | null} */ (main.querySelector("h1"))?.focus({ preventScroll: true });
	announce("");
}

document.querySelector(".jump")?.addEventListener("click", (event) => {
	event.preventDefault();  // its # would be another view
	main.focus();
});
window.addEventListener("hashchange", show);
startWorker(show());
