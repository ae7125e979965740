/**
 * What this phone remembers: how each session was set, and where the last one was left.
 *
 * By the page's path, since one host may serve several sites. A browser that keeps nothing
 * (a private window) is not an error.
 */

const KEY = `smr-audio:${location.pathname.replace(/[^/]*$/, "")}`;

function read() {
	try {
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
