/** Times and names in words, and what to say when something fails. */

/**
 * `4:32`, or `1:04:32`.
 * @param {number} ms
 */
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
	const parts = [[Math.floor(total / 60), "minute"], [total % 60, "second"]];
	const said = parts.filter(([count], index) => count || (index && total < 60))
		.map(([count, unit]) => `${count} ${unit}${count === 1 ? "" : "s"}`);
	return said.join(" ");
}

/** @param {number} ms rounded as in `units.about_s` */
export function minutes(ms) {
	const step = ms < 18e4 ? 1 : ms > 36e5 ? 10 : 2;
	const halves = Math.max(1, Math.round(ms / 3e4 / step) * step);
	return `${halves >> 1 || ""}${halves % 2 ? "½" : ""} min`;
}

/** A name as it stands alone: `a foam roller` is `Foam roller`. @param {string} text */
export function name(text) {
	return sentence(text.replace(/^(an?|the) /, ""));
}

/** @param {string} text */
export function sentence(text) {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

/** An error whose message is for people: what happened and what to do. */
export class Trouble extends Error {
	/** The answer's status, and the nearest number of minutes where that many cannot be. */
	status = 0;
	minutes = 0;
}

/** @param {unknown} error */
export function plainly(error) {
	if (error instanceof Trouble) return error.message;
	return "Something went wrong on this page. Load it again.";
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
		if (!navigator.onLine) {
			throw new Trouble("You are offline, and this is not kept on this phone. Connect, then try again.");
		}
		throw new Trouble(gone || "Nothing answers. Check the connection, then try again.");
	}
	if (response.ok) return response;
	const { status } = response;
	const { error, minutes } = await response.json().catch(() => null) ?? {};
	const reason = error ? sentence(String(error))  // what the server says, for people
		: status !== 404 ? "The server could not do that. Try again."
			: gone ? "This link has expired. Scan the code again."
				: "This is no longer here. Open the link you were given once more.";
	throw Object.assign(new Trouble(reason), { status, minutes });
}

/** Ask for JSON, in the same way. @type {(...how: Parameters<typeof ask>) => Promise<any>} */
export async function askJson(url, init = {}, gone = "") {
	const response = await ask(url, init, gone);
	try {
		return await response.json();
	} catch (error) {
		if (init.signal?.aborted) throw error;
		throw new Trouble("The answer was damaged on its way. Try again.");
	}
}
