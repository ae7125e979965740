/** The ID3v2.3 tag of a session that was linked here: title, chapters, cover. */

const UTF16 = 1;
const NO_OFFSET = 0xFFFFFFFF;

/** @param {...(Uint8Array | number[])} parts */
function bytes(...parts) {
	const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		out.set(part, at);
		at += part.length;
	}
	return out;
}

/** @param {string} text */
const latin = (text) => new TextEncoder().encode(text);

/** @param {number} value */
const long = (value) => [value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255];

/** @type {(id: string, ...parts: (Uint8Array | number[])[]) => Uint8Array} */
function frame(id, ...parts) {
	const body = bytes(...parts);
	return bytes(latin(id), long(body.length), [0, 0], body);
}

/** @type {(id: string, text: string) => Uint8Array} */
function textFrame(id, text) {
	const words = new Uint8Array(2 * text.length);
	for (let i = 0; i < text.length; i += 1) {
		new DataView(words.buffer).setUint16(2 * i, text.charCodeAt(i), true);
	}
	return frame(id, [UTF16, 0xFF, 0xFE], words);
}

/** @type {(plan: Plan, cover: Uint8Array) => Uint8Array} */
export function tagOf({ title, chapters, duration_ms }, cover) {
	const listed = chapters.slice(0, 255);  // their number is a byte
	const ids = listed.map((_, i) => [...latin(`chp${i}`), 0]);
	const frames = bytes(
		textFrame("TIT2", title), textFrame("TPE1", "smr-audio"), textFrame("TLEN", String(duration_ms)),
		frame("CTOC", latin("toc"), [0, 3, listed.length], ...ids),
		...listed.map((chapter, i) => frame("CHAP", ids[i], long(chapter.start_ms), long(chapter.end_ms),
			long(NO_OFFSET), long(NO_OFFSET), textFrame("TIT2", chapter.title))),
		frame("APIC", [0], latin("image/png"), [0, 3, 0], cover));
	const size = [21, 14, 7, 0].map((shift) => frames.length >>> shift & 127);
	return bytes(latin("ID3"), [3, 0, 0], size, frames);
}
