/**
 * What was done on this phone, as a file of the format `smr-audio/history-1`, and how much to say
 * to somebody who has done so much: the rules of session/history.py.
 */

import { read, write } from "./store.js";

const FORMAT = "smr-audio/history-1";
const TIMES_TO_LEARN = 2;
const FORGOTTEN_DAYS = 30;
const MOST_SESSIONS = 1000;
const DAY_MS = 86400000;
// A hold that ends while it plays has been done; a jump over its end has not.
const STEP_MS = 3000;

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
