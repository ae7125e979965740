/** The source that is a server: it plans sessions and makes their sound. */

import { advised } from "./history.js";
import { Trouble, askJson, t } from "./words.js";

const GONE = t("no_computer");
const POLL_MS = 400;
const LOST_POLLS = 4;  // a phone that changes its access point is away for a second or two

/** The techniques of each routine. @type {Map<string, string[]>} */
const techniques = new Map();
/** The talk of the profile. @type {any} */
let usual;

/** @returns {Source} */
export function liveSource() {
	return { makes: true, library, plan, make, files, pieces: async () => [], everything: async () => ({}) };
}

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
