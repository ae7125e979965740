/**
 * What this phone remembers: how each session was set, and where the last one was left.
 *
 * By the page's path, since one host may serve several sites; a server, whose path has a secret, is
 * alone at its address. A browser that keeps nothing (a private window) is not an error.
 */

const LIVE = document.documentElement.dataset.source === "live";
const KEY = LIVE ? "smr-audio" : `smr-audio:${location.pathname.replace(/[^/]*$/, "")}`;

/** What found no room: it counts until the page is left. @type {string | null} */
let unwritten = null;

/** All that is kept. @returns {Kept} */
export function read() {
	try {
		if (unwritten) return JSON.parse(unwritten);
		const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
		return kept && typeof kept === "object" ? kept : {};
	} catch {
		return {};
	}
}

/** @param {Kept} kept */
export function write(kept) {
	const text = JSON.stringify(kept);
	try {
		localStorage.setItem(KEY, text);
		unwritten = null;
	} catch {
		unwritten = text;
	}
}

/** What a request is for, as a key. @param {SessionRequest} request */
function target(request) {
	return request.routine ?? `for:${(request.muscles ?? []).join("+")}`;
}

/** How a session was set the last time, or as it comes. @param {SessionRequest} bare */
export function settingsOf(bare) {
	return { ...read().settings?.[target(bare)], ...bare };
}

/** @param {SessionRequest} request */
export function keepSettings(request) {
	const kept = read();
	write({ ...kept, settings: { ...kept.settings, [target(request)]: request } });
}

/** Where a session was left, or the last one. @type {(request?: SessionRequest) => Last | undefined} */
export function lastPlayed(request) {
	const { last, places } = read();
	const found = request ? places?.[target(request)] : last;
	return found?.request && Number.isFinite(found.at_ms) ? found : undefined;
}

/** @param {Last} last */
export function keepPlace(last) {
	const kept = read();
	write({ ...kept, last, places: { ...kept.places, [target(last.request)]: last } });
}

/** Forget where it was left: it was heard to the end. */
export function forgetPlace() {
	const { last, ...rest } = read();
	if (last?.request) delete rest.places?.[target(last.request)];
	write(rest);
}
