/**
 * Links a session's MP3 from its score and from packs of encoded segments. Nothing is scheduled or
 * encoded here: every section is laid already, in all variants, and follows the one before it.
 * The order of sections is that of smr_audio/session/compile.py, the bytes are those of `build`.
 */

const FORMAT = "smr-audio/score-1";
/** @type {PlanEvent["kind"][]} */
const KINDS = ["speech", "cue", "hold", "gate", "rest"];
const NO_ROUND = { round: null, outer_round: null };
const LEVELS = ["learn", "follow", "minimal", "auto"];
const TICKS_PER_FRAME = 3;
const MS_PER_TICK = 8;
const LOOP_FRAMES = 208;
const LEAST_FRAMES = 3;
const BED_LOOP_FRAMES = 2500;
const RISE_FRAMES = 26;
const FALL_FRAMES = 14;
const SENTENCE_GAP_TICKS = 63;
const CUE_GAP_TICKS = 32;
const NEAR_S = 300;

/**
 * The whole MP3 of a session, its bytes after the tag those that `build` makes.
 * @param {Read} read the bytes of a file of the published folder, `end` excluded
 * @param {string} routine its id
 * @param {LinkOptions} [options] what is absent is as it was published
 * @returns {Promise<Uint8Array>}
 * @throws {Error} that names the option and the value that the session cannot have
 */
export async function link(read, routine, options = {}) {
	const score = await scoreOf(read, routine);
	return joined(read, arrange(score, options));
}

/** @type {(read: Read, routine: string) => Promise<Score>} */
export async function scoreOf(read, routine) {
	if (!/^[a-z0-9][a-z0-9._-]*$/.test(routine)) throw new Error(`routine: there is no ${routine}`);
	const score = JSON.parse(new TextDecoder().decode(await read(`scores/${routine}.json`)));
	if (score.format !== FORMAT) throw new Error(`routine: ${routine} is of another version`);
	if (score.cannot) throw new Error(score.cannot);
	return score;
}

/**
 * The sections of a session, each at its tick, and the pieces that its frames are.
 * @type {(score: Score, options?: LinkOptions) => Arranged}
 */
export function arrange(score, options = {}) {
	const wish = wishOf(score, options);
	const { title, opening, main } = sectionsOf(score, wish);
	const { laid } = score;
	let end = 0;
	for (const n of [...title, ...opening, ...main]) end += laid[n][0];
	/** @type {[number, number][]} */
	const placed = [];
	let at = 0;
	const put = (/** @type {number} */ n) => {
		placed.push([n, at]);
		at += laid[n][0];
	};
	title.forEach(put);
	if (wish.session !== "minimal") {
		const [announcement, ticks] = announced(score, end);
		placed.push([announcement, at]);
		at += ticks;
		end += ticks;
	}
	opening.forEach(put);
	main.forEach(put);
	const frames = end / TICKS_PER_FRAME;
	const bytes = (frames + 2) * 3 * score.kbps;
	const head = infoFrame(score, frames + 1);
	return { wish, placed, frames, bytes, head, pieces: piecesOf(over(score, wish.bed), placed, frames) };
}

/** The score over its bed, or without one. @type {(score: Score, bed?: string) => Score} */
export function over(score, bed) {
	return score.bed && bed !== "off" ? { ...score, ...score.bed } : score;
}

/**
 * All that a session may need with other holds but the same sides and talk: what to keep of it.
 * @type {(score: Score, arranged: Arranged) => Piece[]}
 */
export function keepable(score, { wish, placed, frames }) {
	const { sections, holds, about, laid } = score;
	const ground = over(score, wish.bed);
	const seconds = frames * TICKS_PER_FRAME * MS_PER_TICK / 1000;
	const wanted = new Set(placed.map(([n]) => n));
	const levels = new Map(wish.blocks.map((block) => [block.technique, block.level]));
	for (const [key, [held, cautions]] of Object.entries(holds)) {
		const [technique, level] = key.split("|");
		if (levels.get(technique) === level) wanted.add(held).add(cautions);
	}
	for (const [key, n] of Object.entries(sections)) {
		if (key.startsWith("hold_") && [...levels.values()].includes("learn")) wanted.add(n);
	}
	for (const [length, n] of Object.entries(about.lines)) {
		if (Math.abs(Number(length) - seconds) <= NEAR_S) wanted.add(n);
	}
	const numbers = new Set(Object.values(ground.tiles));
	for (const n of wanted) laid[n][1].forEach((each, i) => { if (i % 2) numbers.add(each); });
	return [...numbers].map((n) => pieceOf(ground, n));
}

/** Where a segment lies. @type {(score: Score, n: number) => Piece} */
export function pieceOf({ segments, packs, kbps }, n) {
	const [pack, start, size, name] = segments.slice(4 * n, 4 * n + 4);
	return { path: packs[pack], start, end: start + size * 3 * kbps, name };
}

/**
 * The announcement of the length, and how long it takes: as any does, or more if it needs more.
 * @type {(score: Score, rest: number) => [number, number]}
 */
function announced({ laid, about: { ruler, then, lines } }, rest) {
	const lengths = Object.keys(lines).map(Number);
	for (let slot = ruler;;) {
		const ticks = Math.ceil((slot + Math.max(then, CUE_GAP_TICKS)) / TICKS_PER_FRAME) * TICKS_PER_FRAME;
		const about = aboutSeconds((rest + ticks) * MS_PER_TICK);
		const nearest = lengths.reduce((best, one) => Math.abs(one - about) < Math.abs(best - about) ? one : best);
		const line = lines[nearest];
		const needed = laid[line][2][0][2] - Math.max(0, then - SENTENCE_GAP_TICKS);
		if (needed <= slot) return [line, ticks];
		slot = needed;
	}
}

/** What is heard and when, as a plan has it. @type {(score: Score, arranged: Arranged) => Plan} */
export function planOf(score, { wish, placed, frames }) {
	/** @type {Chapter[]} */
	const chapters = [];
	/** @type {PlanEvent[]} */
	const events = [];
	const duration_ms = frames * TICKS_PER_FRAME * MS_PER_TICK;
	for (const [n, at] of placed) {
		const [, , timed, part] = score.laid[n];
		if (part) {
			const [title, technique, side, more] = part;
			chapters.push({ title, technique, side, ...NO_ROUND, ...more, start_ms: at * MS_PER_TICK, end_ms: duration_ms });
		}
		for (const event of timed) events.push(eventOf(score, event, at, chapters.at(-1)));
	}
	chapters.slice(1).forEach((chapter, i) => { chapters[i].end_ms = chapter.start_ms; });
	const techniques = Object.fromEntries(wish.blocks.map((one) => [one.technique, one.level]));
	const talk = { techniques, safety: wish.safety };
	return { title: score.title, language: score.language, duration_ms, talk, chapters, events };
}

// ---- what is wished for ----

/** @type {(score: Score, options: LinkOptions) => Wish} */
function wishOf(score, options) {
	const known = ["hold", "sides", "first", "skip", "talk", "safety", "bed"];
	for (const [name, value] of Object.entries(options)) {
		if (value === undefined) continue;
		if (!known.includes(name)) refuse(name, value, "this session cannot be changed so");
		if (score.fixed[name]) refuse(name, value, score.fixed[name]);
	}
	const { hold, sides = "", first = "", skip = [], talk, safety, bed } = options;
	oneOf("bed", bed ?? "off", ["off", ...(score.bed ? [score.bed.name] : [])]);
	oneOf("sides", sides, ["", "both", "left", "right"]);
	oneOf("first", first, ["", "left", "right"]);
	oneOf("safety", safety ?? "full", ["full", "short"]);
	const ids = score.blocks.map((block) => block.technique);
	const mine = (/** @type {string} */ name, /** @type {string} */ id) => {
		if (!ids.includes(id)) refuse(name, id, `it is not one of ${ids.join(", ")}`);
	};
	if (!Array.isArray(skip)) refuse("skip", skip, "it must be a list of ids");
	for (const id of skip) mine("skip", id);
	/** @type {Record<string, string>} */
	const levels = typeof talk === "string" ? { "*": talk } : talk ?? {};
	if (typeof levels !== "object" || Array.isArray(levels)) refuse("talk", talk, "it must be a level");
	for (const [id, level] of Object.entries(levels)) {
		if (id !== "*") mine("talk", id);
		oneOf("talk", level, LEVELS);
	}
	if (hold !== undefined) checkHolds(score, hold, mine);
	const asked = levels["*"] ?? score.talk.asked;
	const blocks = score.blocks.map((block, i) => {
		const { technique, most } = block;
		const of = levels[technique] ?? levels["*"] ?? score.talk.techniques[technique];
		const passes = score.sides[`${sides}|${first}`][i].map(([side, turn]) => {
			const own = side && hold?.[`${technique}:${side}`];
			const seconds = own || hold?.[technique]
				|| (hold?.["*"] === undefined ? block.given[side ?? ""] : Math.min(hold["*"], most));
			return { side, turn, seconds };
		});
		return { ...block, passes, level: of === "auto" ? "learn" : of };
	}).filter(({ technique }) => !skip.includes(technique));
	if (!blocks.length) refuse("skip", skip, "nothing is left to do");
	const taught = blocks.some((block) => block.level === "learn") ? "learn" : "follow";
	const usually = ["learn", "auto"].includes(asked) ? score.safety.learn : "short";
	return { blocks, bed, session: asked === "auto" ? taught : asked,
		safety: safety ?? score.safety.given ?? usually };
}

/** @type {(score: Score, hold: any, mine: (name: string, id: string) => void) => void} */
function checkHolds(score, hold, mine) {
	if (typeof hold !== "object" || hold === null) refuse("hold", hold, "it must name what it is for");
	for (const [target, seconds] of Object.entries(hold)) {
		const [id, side, more] = target.split(":");
		if (id !== "*") mine("hold", id);
		if (more !== undefined || (side !== undefined && (id === "*" || !["left", "right"].includes(side)))) {
			refuse("hold", target, "write *, ID, ID:left or ID:right");
		}
		for (const block of score.blocks.filter(({ technique }) => id === "*" || technique === id)) {
			const wanted = id === "*" && seconds > block.most && seconds % 5 === 0 ? block.most : seconds;
			if (!block.seconds.includes(wanted)) {
				refuse("hold", `${target}=${seconds}`,
					`holds are ${block.least} to ${block.most} seconds in steps of 5`);
			}
		}
	}
}

/** @type {(name: string, value: any, allowed: string[]) => void} */
function oneOf(name, value, allowed) {
	if (!allowed.includes(value)) {
		refuse(name, value, `it must be one of ${allowed.filter(Boolean).join(", ")}`);
	}
}

/** @type {(name: string, value: any, why: string) => never} */
function refuse(name, value, why) {
	throw new Error(`${name}: ${typeof value === "string" ? value : JSON.stringify(value)}: ${why}`);
}

// ---- the order of sections ----

/** @type {(score: Score, wish: Wish) => {title: number[], opening: number[], main: number[]}} */
function sectionsOf(score, { blocks, session, safety }) {
	const get = (/** @type {(string | number | boolean | null)[]} */ ...key) => {
		const name = key.map((each) => typeof each === "boolean" ? Number(each) : each ?? "").join("|");
		const found = score.sections[name];
		if (found === undefined) throw new Error(`the score has no section ${name}`);
		return found;
	};
	const press = Math.min(...blocks.map((block) => block.press));
	const leg = blocks.some((block) => block.leg);
	const check = safety === "full" ? get("check", "full", press, leg)
		: session === "follow" ? get("check", "rule") : get("check", "short", press);
	const names = session === "minimal" ? []
		: [...new Set(blocks.flatMap((block) => block.tools[session]))];
	const fetch = session === "learn" && names.length ? [get("fetch")] : [];
	const main = blocks.flatMap((block, index) => {
		const { technique, level, passes, gate, floor, muscle } = block;
		const before = blocks[index - 1];
		const up = before?.floor && !floor ? [get("get-up")] : [];
		const list = [];
		if (gate) {
			const again = before && before.muscle === muscle && !before.gate;
			const last = index + 1 === blocks.length ? "_last" : "";
			const end = level === "learn" ? last : "_short";
			list.push(get("gate", technique, level, safety),
				get(`gate_${again ? "instead" : "rest"}${end}`, again ? before.technique : ""),
				...up, get("ready", technique, level, safety));
		} else {
			list.push(...up);
		}
		const each = passes.length > 1 && new Set(passes.map((one) => one.seconds)).size === 1;
		let state = 0;
		passes.forEach(({ side, turn, seconds }, number) => {
			const first = !number;
			list.push(get("part", technique, side, turn));
			if (first && blocks.length > 1) list.push(get("number", index + 1, blocks.length));
			list.push(first ? get("name", technique, level, side, turn === "only")
				: get("turn", technique, level, side, turn));
			if (level === "learn" && (first || !each)) {
				list.push(get(each ? "hold_each" : "hold_time", seconds));
			}
			list.push(get(first ? "set-up" : "switch", technique, level, side, safety));
			const [holds, cautions, after] = score.holds[`${technique}|${level}|${seconds}|${state}`];
			list.push(cautions, get("load", technique, level, side), holds);
			state = after;
		});
		list.push(get("finish", technique, level, passes.at(-1)?.side ?? null, safety));
		return list;
	});
	const helps = session === "learn" && blocks.some((block) => block.helps);
	main.push(get("closing", session, helps, Boolean(blocks.at(-1)?.floor)));
	return { title: [get("title", session)], main,
		opening: [...fetch, ...names.map((name) => get("tool", name)), check] };
}

/** @type {(score: Score, event: any[], at: number, chapter: Chapter | undefined) => PlanEvent} */
function eventOf({ texts }, [number, start, end, a, b], at, chapter) {
	const kind = KINDS[number];
	const event = { kind, start_ms: (at + start) * MS_PER_TICK, end_ms: (at + end) * MS_PER_TICK };
	if (kind === "speech") return { ...event, text: texts[a], role: texts[b] };
	if (kind === "cue") return { ...event, cue: texts[a] };
	if (kind === "gate") return event;
	if (kind === "rest") return { ...event, between: texts[a] };
	return { ...event, technique: chapter?.technique ?? "", side: chapter?.side ?? null, set: a, ...NO_ROUND };
}

/** @param {number} ms */
function aboutSeconds(ms) {
	const step = ms < 180_000 ? 30 : ms <= 3_600_000 ? 60 : 300;
	return Math.max(30, Math.floor(ms / 1000 / step + 0.5) * step);
}

// ---- frames ----

/** The last may be longer than the session. @type {(score: Score, placed: [number, number][], frames: number) => Piece[]} */
function piecesOf(score, placed, frames) {
	const { laid, segments, tiles, part } = score;
	/** @type {Piece[]} */
	const pieces = [];
	let at = 0;
	const put = (/** @type {number} */ segment, first = 0, size = segments[4 * segment + 2] - first) => {
		const piece = pieceOf(score, segment);
		const bytes = 3 * score.kbps;
		const cut = size * bytes < piece.end - piece.start ? { from: first * bytes, to: (first + size) * bytes } : {};
		if (at <= frames) pieces.push({ ...piece, ...cut });
		at += size;
	};
	const fill = (/** @type {number} */ gap) => {
		if (gap && !part) for (const size of tilesFor(gap)) put(tiles[size]);
		if (gap && part) fillWithBed(gap, part);
	};
	/** As `bed_tiles_for` does. @type {(gap: number, part: number) => void} */
	const fillWithBed = (gap, part) => {
		const both = RISE_FRAMES + FALL_FRAMES;
		if (gap < both) return put(tiles[gap]);
		const fall = at + gap - FALL_FRAMES;
		put(tiles[both], 0, RISE_FRAMES);
		while (at < fall) {
			const place = at % BED_LOOP_FRAMES;
			put(tiles[-Math.floor(place / part)], place % part, Math.min(fall - at, part - place % part));
		}
		put(tiles[both], RISE_FRAMES);
	};
	for (const [n, tick] of placed) {
		const islands = laid[n][1];
		for (let i = 0; i < islands.length; i += 2) {
			fill(tick / TICKS_PER_FRAME + islands[i] - at);
			put(islands[i + 1]);
		}
	}
	if (at < frames + 1) fill(Math.max(frames + 1 - at, LEAST_FRAMES));
	return pieces;
}

/** Sizes of tiles of floor that make so many frames, 3 or more. @param {number} frames */
function tilesFor(frames) {
	if (frames < LEAST_FRAMES) throw new Error(`no tiles make ${frames} frames`);
	const sizes = [];
	let left = frames;
	while (left >= LOOP_FRAMES + LEAST_FRAMES || left === LOOP_FRAMES) {
		sizes.push(LOOP_FRAMES);
		left -= LOOP_FRAMES;
	}
	if (!left) return sizes;
	const last = LEAST_FRAMES + (left - LEAST_FRAMES) % 4;
	for (const size of [128, 64, 32, 16, 8, 4]) if ((left - last) & size) sizes.push(size);
	sizes.push(last);
	return sizes;
}

/**
 * The frame before `frames` frames, which says how long they are: the score's own, with their number.
 * @type {(score: Score, frames: number) => Uint8Array}
 */
function infoFrame({ info }, frames) {
	const out = Uint8Array.from(info.match(/../g) ?? [], (byte) => parseInt(byte, 16));
	const view = new DataView(out.buffer);
	const total = (frames + 1) * out.length;
	view.setUint32(29, frames);
	view.setUint32(33, total);
	view.setUint32(169, total);
	let crc = 0;
	for (const byte of out.subarray(0, 175)) {
		crc ^= byte;
		for (let i = 0; i < 8; i += 1) crc = crc & 1 ? crc >>> 1 ^ 0xA001 : crc >>> 1;
	}
	view.setUint16(175, crc);
	return out;
}

/**
 * The whole file: its head and pieces of files put together. Each file is read once.
 * @type {(read: Read, arranged: Arranged) => Promise<Uint8Array>}
 */
export async function joined(read, { head, pieces, bytes }) {
	/** @type {Map<string, [number, number]>} */
	const spans = new Map();
	for (const { path, start, end } of pieces) {
		const [from, to] = spans.get(path) ?? [start, end];
		spans.set(path, [Math.min(from, start), Math.max(to, end)]);
	}
	/** @type {Map<string, Uint8Array>} */
	const found = new Map();
	await Promise.all([...spans].map(async ([path, [from, to]]) => {
		const data = await read(path, from, to);
		if (data.length !== to - from) throw new Error(`${path} is cut off: load the page again`);
		found.set(path, data);
	}));
	const out = new Uint8Array(bytes);
	out.set(head);
	let at = head.length;
	for (const { path, start, end, from: first = 0, to = end - start } of pieces) {
		const from = start - (spans.get(path)?.[0] ?? 0);
		const data = /** @type {Uint8Array} */ (found.get(path)).subarray(from + first, from + to);
		out.set(at + data.length > bytes ? data.subarray(0, bytes - at) : data, at);
		at += data.length;
	}
	return out;
}
