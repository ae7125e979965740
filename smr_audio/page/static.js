/** The source that is a folder: sessions made before, each with its plan. */

import { Trouble, askJson } from "./words.js";

const FORMAT = "smr-audio/site-1";

/** @returns {Source} */
export function staticSource() {
	/** @type {Map<string, any>} */
	const sessions = new Map();

	async function library() {
		const found = await askJson("sessions.json");
		if (found.format !== FORMAT) {
			throw new Trouble("These sessions are of another version. Load the page again.");
		}
		for (const session of found.sessions) sessions.set(session.id, session);
		return { title: found.title, cards: found.sessions, techniques: [], tools: [], limits: [],
			muscles: [], voices: [], choices: {}, ranges: {}, profile: {} };
	}

	/** @type {Source["plan"]} */
	async function plan(request, signal) {
		if (!sessions.size) await library();
		const session = sessions.get(request.routine ?? "");
		if (!session) throw new Trouble("This session is no longer here. Pick another one.");
		const found = await askJson(session.plan, { signal });
		return { session: session.id, ready: true, estimated: false, plan: found, warnings: [] };
	}

	return {
		makes: false,
		library,
		plan,
		make: async (answer) => answer,
		files(answer) {
			const session = sessions.get(answer.session);
			return {
				audio: session.sound,
				cover: session.cover,
				gone: "",
				links: [
					{ href: session.audio, title: "MP3", save: true },
					...(session.handout ? [{ href: session.handout, title: "Hand-out", save: false }] : []),
				],
			};
		},
	};
}
