/** The page's words in its language, times and names in them, and what is said of a failure. */

const WORDS = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

/**
 * The text of a key of `content/pages/`, filled in; its form is that for the number `n`.
 * @type {(key: string, values?: Record<string, any>) => string}
 */
export function t(key, values = {}) {
	const found = WORDS[key] ?? "";
	const text = typeof found === "string" ? found : values.n === 1 ? found.one : found.other;
	return text.replace(/{(\w+)}/g, (/** @type {string} */ _, /** @type {string} */ name) => values[name]);
}

/** Texts as one list. @param {string[]} texts */
export function listed(texts) {
	return texts.length ? texts.reduce((first, then) => t("list", { first, then })) : "";
}

/** `4:32`, or `1:04:32`. @param {number} ms */
export function clock(ms) {
	const total = Math.max(0, Math.floor(ms / 1000));
	const seconds = String(total % 60).padStart(2, "0");
	const minutes = Math.floor(total / 60);
	if (minutes < 60) return `${minutes}:${seconds}`;
	return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${seconds}`;
}

/** `4 minutes 32 seconds`, to be heard. @param {number} ms */
export function spokenClock(ms) {
	const total = Math.max(0, Math.floor(ms / 1000));
	const minutes = t("spoken_minutes", { n: Math.floor(total / 60) });
	const seconds = t("spoken_seconds", { n: total % 60 });
	return total < 60 ? seconds : total % 60 ? t("spoken", { minutes, seconds }) : minutes;
}

/** @param {number} ms rounded as in `units.about_s` */
export function minutes(ms) {
	const step = ms < 18e4 ? 1 : ms > 36e5 ? 10 : 2;
	const halves = Math.max(1, Math.round(ms / 3e4 / step) * step);
	return t(halves === 1 ? "half_min" : halves % 2 ? "min_half" : "min", { n: halves >> 1 });
}

/** @param {string} text */
export function sentence(text) {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

/** An error whose message is for people: what happened and what to do. */
export class Trouble extends Error {
	lang = document.documentElement.lang;
	/** The answer's status, and the nearest number of minutes where that many cannot be. */
	status = 0;
	minutes = 0;
}

/** @param {unknown} error */
export function plainly(error) {
	return error instanceof Trouble ? error.message : t("wrong");
}

/**
 * Ask for something. Every failure is a Trouble, except a request that was aborted.
 * @param {string} url
 * @param {RequestInit} [init]
 * @param {string} [gone] what to say when nobody answers; only a server at home has such words
 */
export async function ask(url, init = {}, gone = "") {
	let response;
	try {
		response = await fetch(url, init);
	} catch (error) {
		if (init.signal?.aborted) throw error;
		throw new Trouble(!navigator.onLine ? t("not_kept") : gone || t("no_answer"));
	}
	if (response.ok) return response;
	const { status } = response;
	const { error, minutes } = await response.json().catch(() => null) ?? {};
	const reason = error ? sentence(String(error))  // what the server says, for people
		: t(status !== 404 ? "refused" : gone ? "expired" : "gone");
	throw Object.assign(new Trouble(reason), { status, minutes }, error ? { lang: "en" } : {});
}

/** Ask for JSON, in the same way. @type {(...how: Parameters<typeof ask>) => Promise<any>} */
export async function askJson(url, init = {}, gone = "") {
	const response = await ask(url, init, gone);
	try {
		return await response.json();
	} catch (error) {
		if (init.signal?.aborted) throw error;
		throw new Trouble(t("damaged"));
	}
}
