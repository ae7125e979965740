/**
 * What this phone remembers: how each session was set, and where the last one was left.
 *
 * By the page's path, since one host may serve several sites. A browser that keeps nothing
 * (a private window) is no error.
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

/**
 * What a wish is for, as a key.
 * @param {Wish} wish
 */
function target(wish) {
	return wish.routine ?? `for:${(wish.muscles ?? []).join("+")}`;
}

/**
 * How a session was set the last time, or as it comes.
 * @param {Wish} bare
 */
export function settingsOf(bare) {
	return { ...read().wishes?.[target(bare)], ...bare };
}

/** @param {Wish} wish */
export function keepSettings(wish) {
	const kept = read();
	write({ ...kept, wishes: { ...kept.wishes, [target(wish)]: wish } });
}

/** @returns {Last | undefined} where a session was left */
export function lastPlayed() {
	const { last } = read();
	return last?.wish && Number.isFinite(last.at_ms) ? last : undefined;
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
