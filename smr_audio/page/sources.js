/** Where sessions come from: a server, or a folder of sessions and of what any of them is linked from. */

import { controller, linkedUrl } from "./offline.js";
import { advised } from "./store.js";
import { Trouble, askJson, t } from "./words.js";

const GONE = t("no_computer");
const POLL_MS = 400;
const LOST_POLLS = 4;  // a phone that changes its access point is away for a second or two
const FORMAT = "smr-audio/site-1";
const UTF16 = 1;
const NO_OFFSET = 0xFFFFFFFF;
const CHOICES = { sides: ["both", "left", "right"], first: ["left", "right"], talk: ["learn", "follow", "minimal"],
	safety: ["full", "short"] };

/** A server: it plans sessions and makes their sound. @returns {Source} */
export function liveSource() {
	/** The techniques of each routine. @type {Map<string, string[]>} */
	const techniques = new Map();
	/** The talk of the profile. @type {any} */
	let usual;

	async function library() {
		const found = await askJson("api/library", {}, GONE);
		for (const { id, techniques: ids } of found.routines) techniques.set(id, ids);
		usual = found.profile.talk;
		const titles = new Map(found.tools.map((/** @type {any} */ tool) => [tool.id, tool.title]));
		const cards = found.routines.map((/** @type {any} */ routine) => ({
			...routine,
			tools: routine.tools.map((/** @type {string} */ id) => titles.get(id) ?? id),
		}));
		return { ...found, cards };
	}

	/** @type {Source["plan"]} */
	async function plan(request, signal) {
		// The server refuses an empty list too; here it is said before anything is sent.
		if (request.tools?.length === 0) throw new Trouble(t("one_tool"));
		const headers = { "Content-Type": "application/json" };
		const talk = request.talk ?? usual;
		const wish = talk && talk !== "auto" ? request
			: advised(request, techniques.get(request.routine ?? "") ?? []);
		const init = { method: "POST", headers, body: JSON.stringify(wish), signal };
		const found = await askJson("api/plan", init, GONE);
		const texts = found.warnings.map((/** @type {{text: string}} */ one) => one.text);
		return { session: found.session, ready: found.ready, estimated: found.missing > 0,
			plan: found.plan, warnings: [...new Set(texts)], options: { talk: wish.talk, safety: wish.safety } };
	}

	/** @type {Source["make"]} */
	async function make(answer, onProgress, signal) {
		if (answer.ready) return answer;  // all is spoken: to ask for its sound is enough
		const url = `api/session/${encodeURIComponent(answer.session)}`;
		let state = await askJson(url, { method: "POST", signal }, GONE);
		let lost = 0;
		for (;;) {
			if (state.state === "failed") throw new Trouble(state.error);
			if (state.state === "ready") break;
			onProgress(state);
			await new Promise((resolve) => setTimeout(resolve, POLL_MS));
			signal.throwIfAborted();
			try {
				state = await askJson(url, { signal }, GONE);
				lost = 0;
			} catch (error) {
				lost += 1;
				if (signal.aborted || lost >= LOST_POLLS) throw error;
			}
		}
		return { ...answer, ready: true, estimated: false, plan: state.plan };
	}

	/** @type {Source["files"]} */
	function files(answer) {
		const id = encodeURIComponent(answer.session);
		return {
			audio: `audio/${id}.mp3`,
			cover: `cover/${id}.png`,
			gone: GONE,
			links: [["mp3", "MP3"], ["zip", t("album")], ["txt", t("text")], ["lrc", t("lyrics")]]
				.map(([end, title]) => ({ href: `download/${id}.${end}`, title, save: true })),
		};
	}

	return { makes: true, library, plan, make, files, pieces: async () => [], everything: async () => ({}) };
}

/** A published folder. @returns {Source} */
export function staticSource() {
	/** @type {Map<string, any>} */
	const sessions = new Map();
	/** @type {Map<string, Promise<Score>>} */
	const scores = new Map();
	/** Those that are there already. @type {Map<string, Score>} */
	const ready = new Map();
	/** What all are published with. @type {Record<string, any>} */
	let usual = {};
	const linker = () => import("./link.mjs");

	async function library() {
		const found = await askJson("sessions.json");
		if (found.format !== FORMAT) {
			throw new Trouble(t("other_version"));
		}
		usual = found.options ?? {};
		for (const session of found.sessions) sessions.set(session.id, session);
		const choices = usual.bed ? { ...CHOICES, bed: ["off", usual.bed] } : CHOICES;
		return { title: found.title, bytes: found.bytes, cards: found.sessions, techniques: found.techniques, tools: [],
			limits: [], muscles: [], voices: [], choices, ranges: {}, profile: usual };
	}

	/** @param {string} id */
	function scoreOf(id) {
		const started = scores.get(id)
			?? linker().then(({ scoreOf: read }) => read(readFile, id)).then((score) => {
				ready.set(id, score);
				return score;
			});
		scores.set(id, started);
		started.catch(() => scores.delete(id));  // another time it may come
		return started;
	}

	/** @type {Source["plan"]} */
	async function plan(request, signal) {
		if (!sessions.size) await library();
		const session = sessions.get(request.routine ?? "");
		if (!session) throw new Trouble(t("gone_session"));
		if (!session.fixed) void scoreOf(session.id).catch(() => {});  // by the time Play is pressed
		const open = ["auto", undefined].includes(request.talk ?? usual.talk);
		const wish = open ? advised(request, session.techniques) : request;
		const options = optionsOf(session.fixed ? {} : wish);
		const answer = { session: session.id, ready: true, estimated: false, warnings: [], options };
		if (!Object.keys(options).length) {
			return { ...answer, plan: await askJson(session.plan, { signal }) };
		}
		const { arrange, planOf } = await linker();
		const score = await scoreOf(session.id).catch(() => { throw new Trouble(t("no_answer")); });
		try {
			const arranged = arrange(score, options);
			return { ...answer, arranged, plan: planOf(score, arranged) };
		} catch {
			throw new Trouble(t("not_so"));
		}
	}

	/** @type {Source["make"]} */
	async function make(answer) {
		const score = ready.get(answer.session);
		const { arrange, joined, planOf } = await linker();
		let { arranged, plan: planned } = answer;
		// As a file it can be heard at once; linked by the worker, what is heard is kept on the way.
		if (!arranged && score && controller()) {
			arranged = arrange(score, answer.options ?? {});
			planned = planOf(score, arranged);  // the site may be newer than the plan that is kept
		}
		if (!arranged) return answer;
		const name = `${answer.session}-${JSON.stringify(answer.options)}`;
		const url = await linkedUrl(name, arranged).catch(() => null);  // no room for its recipe
		if (url) return { ...answer, plan: planned, arranged, audio: url };
		const data = await joined(readFile, arranged).catch(() => { throw new Trouble(t("no_answer")); });
		const blob = new Blob([/** @type {BlobPart} */ (data)], { type: "audio/mpeg" });
		return { ...answer, plan: planned, arranged, audio: URL.createObjectURL(blob) };
	}

	return {
		makes: false,
		library,
		plan,
		make,
		async pieces(answer) {
			const { arrange, keepable } = await linker();
			const score = await scoreOf(answer.session);
			return keepable(score, answer.arranged ?? arrange(score, answer.options));
		},
		async everything() {
			const { over, pieceOf } = await linker();
			/** @type {Record<string, Piece[]>} */
			const all = {};
			for (const id of [...sessions.keys()].filter((one) => !sessions.get(one).fixed)) {
				const score = over(await scoreOf(id));
				all[id] = Array.from({ length: score.segments.length / 4 }, (_, n) => pieceOf(score, n))
					.filter(({ start, end }) => end > start);
			}
			return all;
		},
		files(answer) {
			const session = sessions.get(answer.session);
			const { arranged, plan } = answer;
			/** The session as it was changed, with a tag of its own. */
			const tagged = async () => {
				const { joined } = await linker();
				const whole = joined(readFile, /** @type {Arranged} */ (arranged));
				const [cover, data] = await Promise.all([readFile(session.cover), whole]);
				const parts = /** @type {BlobPart[]} */ ([tagOf(plan, cover), data]);
				return URL.createObjectURL(new Blob(parts, { type: "audio/mpeg" }));
			};
			const changed = arranged && Object.keys(answer.options ?? {}).length > 0;
			return {
				audio: answer.audio ?? session.sound,
				cover: session.cover,
				gone: "",
				links: [
					{ href: session.audio, title: "MP3", save: true, make: changed ? tagged : undefined },
					...(session.handout ? [{ href: session.handout, title: t("handout"), save: false }] : []),
				],
			};
		},
	};
}

/** A file of the folder, or a part of it; a host may have no ranges. @type {Read} */
async function readFile(path, start = 0, end = undefined) {
	const init = end === undefined ? {} : { headers: { Range: `bytes=${start}-${end - 1}` } };
	const response = await fetch(path, init);
	if (!response.ok) throw new Error(`${path}: ${response.status}`);
	const data = new Uint8Array(await response.arrayBuffer());
	return response.status === 206 ? data : data.subarray(start, end);
}

/** What a request asks of the linker. @type {(request: SessionRequest) => LinkOptions} */
function optionsOf({ holds = {}, sides, first, skip, talk, safety, bed }) {
	const hold = Object.fromEntries(Object.entries(holds).map(([key, seconds]) =>
		[key === "all" ? "*" : key, seconds]));
	const levels = talk && typeof talk === "object" && "all" in talk
		? { ...talk, "*": talk.all, all: undefined } : talk;
	const options = { hold: Object.keys(hold).length ? hold : undefined, sides, first,
		skip: skip?.length ? skip : undefined,
		talk: Object.keys(levels ?? {}).length ? levels : undefined, safety, bed };
	return JSON.parse(JSON.stringify(options));
}

/** @param {string} text */
const latin = (text) => [...new TextEncoder().encode(text)];

/** @param {number} value */
const long = (value) => [value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255];

/** A frame of an ID3v2.3 tag. @type {(id: string, ...parts: number[][]) => number[]} */
function frame(id, ...parts) {
	const body = parts.flat();
	return [...latin(id), ...long(body.length), 0, 0, ...body];
}

/** @type {(id: string, text: string) => number[]} */
function textFrame(id, text) {
	const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
	return frame(id, [UTF16, 0xFF, 0xFE], units.flatMap((unit) => [unit & 255, unit >>> 8]));
}

/** The tag of a session that was linked here. @type {(plan: Plan, cover: Uint8Array) => Uint8Array} */
function tagOf({ title, chapters, duration_ms }, cover) {
	const listed = chapters.slice(0, 255);  // their number is a byte
	const ids = listed.map((_, i) => [...latin(`chp${i}`), 0]);
	const frames = [
		textFrame("TIT2", title), textFrame("TPE1", "smr-audio"), textFrame("TLEN", String(duration_ms)),
		frame("CTOC", latin("toc"), [0, 3, listed.length], ...ids),
		...listed.map((chapter, i) => frame("CHAP", ids[i], long(chapter.start_ms), long(chapter.end_ms),
			long(NO_OFFSET), long(NO_OFFSET), textFrame("TIT2", chapter.title))),
		frame("APIC", [0], latin("image/png"), [0, 3, 0], [...cover])].flat();
	const size = [21, 14, 7, 0].map((shift) => frames.length >>> shift & 127);
	return Uint8Array.from([...latin("ID3"), 3, 0, 0, ...size, ...frames]);
}
