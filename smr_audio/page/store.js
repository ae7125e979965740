/**
 * What this phone remembers: how each session was set, where the last one was left, and what was
 * done, with how much to say to somebody who has done so much; and a session's settings in an
 * address: `#/r/hamstrings?hamstring-barbell:left=45&sides=left`.
 *
 * It remembers by the page's path, since one host may serve several sites; a server, whose path has
 * a secret, is alone at its address. A browser that keeps nothing (a private window) is not an error.
 */

const LIVE = document.documentElement.dataset.source === "live";
const KEY = LIVE ? "smr-audio" : `smr-audio:${location.pathname.replace(/[^/]*$/, "")}`;
const WORDS = ["sides", "first", "talk", "safety", "bed"];
const HOLD = /^(all|[a-z0-9.-]{1,80})(:left|:right)?$/;
const FORMAT = "smr-audio/history-1";
const TIMES_TO_LEARN = 2;
const FORGOTTEN_DAYS = 30;
const MOST_SESSIONS = 1000;
const DAY_MS = 86400000;
// A hold that ends while it plays has been done; a jump over its end has not.
const STEP_MS = 3000;

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
function write(kept) {
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

// ---- what was done: a file of the format `smr-audio/history-1`, and the rules of session/history.py ----

function today() {
	const now = new Date();
	return new Date(now.getTime() - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
}

/** The sessions that were done. One that cannot be read counts as none: to hear too much is safe. */
function sessions() {
	const { history } = read();
	const list = history?.format === FORMAT && Array.isArray(history.sessions) ? history.sessions : [];
	return list.filter((one) => /^\d{4}-\d\d-\d\d$/.test(one?.date) && Array.isArray(one.techniques));
}

/** The days since each day that counts: none that is still to come. @param {string[]} days */
function ages(days) {
	return days.map((day) => (Date.parse(today()) - Date.parse(day)) / DAY_MS).filter((age) => age >= 0);
}

/**
 * What a request that leaves talk open means for somebody with this history.
 * @type {(request: SessionRequest, techniques: string[]) => SessionRequest}
 */
export function advised(request, techniques) {
	if ((request.talk ?? "auto") !== "auto") return request;
	const past = sessions();
	const known = techniques.filter((id) => {
		const since = ages(past.filter((one) => one.techniques.includes(id)).map((one) => one.date));
		return since.length >= TIMES_TO_LEARN && Math.min(...since) <= FORGOTTEN_DAYS;
	});
	const { talk: _, ...rest } = request;
	if (!known.length) return rest;
	const talk = known.length === techniques.length ? "follow"
		: Object.fromEntries(known.map((id) => [id, "follow"]));
	const checks = ages(past.filter((one) => one.safety === "full").map((one) => one.date));
	const checked = checks.length > 0 && Math.min(...checks) < FORGOTTEN_DAYS;
	return { ...rest, talk, safety: request.safety ?? (checked ? "short" : "full") };
}

/**
 * Count each technique whose holds are all heard to their ends, whatever is changed meanwhile.
 * @param {Player} player opened
 * @returns {() => void} to be called as time goes on
 */
export function counter(player) {
	/** The numbers of the holds that were heard. */
	const heard = new Set();
	let before = player.ms;
	/** @type {any} */
	let entry = null;
	return () => {
		const { ms } = player;
		const { plan, holds } = /** @type {Timeline} */ (player.timeline);
		const steady = ms >= before && ms - before < STEP_MS;
		for (const [n, { technique, end_ms }] of holds.entries()) {
			if (!steady || end_ms <= before || end_ms > ms || heard.has(n)) continue;
			heard.add(n);
			if (holds.some((one, i) => one.technique === technique && !heard.has(i))) continue;
			const past = sessions();
			if (entry) past.pop();
			entry = { date: today(), techniques: [...(entry?.techniques ?? []), technique],
				safety: plan.talk?.safety ?? "short" };
			write({ ...read(), history: { format: FORMAT, sessions: [...past, entry].slice(-MOST_SESSIONS) } });
		}
		before = ms;
	};
}
