/**
 * What this phone remembers: how each session was set, and where the last one was left.
 *
 * By the page's path, since one host may serve several sites; a server, whose path has a secret, is
 * alone at its address. A browser that keeps nothing (a private window) is not an error.
 */

const LIVE = document.documentElement.dataset.source === "live";
const KEY = LIVE ? "smr-audio" : `smr-audio:${location.pathname.replace(/[^/]*$/, "")}`;
/** What older pages kept by the secret of a run; it is of no use now. */
const OLDER = /^smr-audio:\/[\w-]{22}\/$/;

function read() {
	try {
		const older = Object.keys(localStorage).filter((key) => LIVE && OLDER.test(key));
		for (const key of older) localStorage.removeItem(key);
		const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
		return kept && typeof kept === "object" ? kept : {};
	} catch {
		return {};
	}
}

/** @param {Kept} kept */
function write(kept) {
	try {
		localStorage.setItem(KEY, JSON.stringify(kept));
	} catch {
		// Nothing is lost but a convenience.
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

/** @returns {Last | undefined} where a session was left */
export function lastPlayed() {
	const { last } = read();
	return last?.request && Number.isFinite(last.at_ms) ? last : undefined;
}

/** @param {Last} last */
export function keepPlace(last) {
	write({ ...read(), last });
}

/** Forget where it was left: it was heard to the end. */
export function forgetPlace() {
	const { last: _, ...rest } = read();
	write(rest);
}
