/**
 * What this phone remembers: how each session was set, and where the last one was left; and a
 * session's settings in an address: `#/r/hamstrings?hamstring-barbell:left=45&sides=left`.
 *
 * It remembers by the page's path, since one host may serve several sites; a server, whose path has
 * a secret, is alone at its address. A browser that keeps nothing (a private window) is not an error.
 */

const LIVE = document.documentElement.dataset.source === "live";
const KEY = LIVE ? "smr-audio" : `smr-audio:${location.pathname.replace(/[^/]*$/, "")}`;
const WORDS = ["sides", "first", "talk", "safety", "bed"];
const HOLD = /^(all|[a-z0-9.-]{1,80})(:left|:right)?$/;

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

/** The part after the page's address. @param {SessionRequest} request */
export function addressOf(request) {
	const { routine, muscles = [], minutes = "" } = request;
	if (!routine) return `#/m/${muscles.map(encodeURIComponent).join("+")}/${minutes}`;
	const query = new URLSearchParams();
	for (const [key, seconds] of Object.entries(request.holds ?? {})) query.set(key, String(seconds));
	for (const key of WORDS) if (typeof request[key] === "string") query.set(key, request[key]);
	if (request.skip?.length) query.set("skip", request.skip.join(","));
	const text = query.toString().replaceAll("%3A", ":").replaceAll("%2C", ",");
	return `#/r/${encodeURIComponent(routine)}${text && `?${text}`}`;
}

/**
 * What an address asks for; whatever else it says is left out. Whether a session can be had so is
 * for the source to say.
 * @type {(target: string) => SessionRequest}
 */
export function requestOf(target) {
	const [routine, query = ""] = target.split("?");
	/** @type {SessionRequest} */
	const request = { routine };
	for (const [key, value] of new URLSearchParams(query)) {
		if (WORDS.includes(key) && /^[a-z]{1,12}$/.test(value)) request[key] = value;
		else if (key === "skip") request.skip = value.split(",").filter(Boolean);
		else if (HOLD.test(key) && /^\d{1,4}$/.test(value)) {
			request.holds = { ...request.holds, [key]: Number(value) };
		}
	}
	return request;
}
