/**
 * What is kept on this phone for when there is no network, and what can be taken along. A service
 * worker does it, and only where it may run: HTTPS, published.
 */

import { button, h, say } from "./dom.js";
import { Trouble, plainly, t } from "./words.js";

const PATIENCE_MS = 8000;

function possible() {
	return document.documentElement.dataset.source === "static" && window.isSecureContext
		&& "serviceWorker" in navigator;
}

let started = Promise.resolve();

/**
 * Start the service worker, so that the next visit needs no network; after the first view, since it
 * fetches more than that.
 * @param {Promise<void>} shown
 */
export function startWorker(shown) {
	started = shown.then(async () => {
		if (possible()) await navigator.serviceWorker.register("sw.js");
	}).catch(() => {});  // forbidden, as in some private windows: the page works with a network
}

/**
 * The last answer of the worker: whether all pieces of the question are kept, and the ids of the
 * sessions that are, in some form; null if nothing can be kept here.
 * @type {(question: Question, onProgress?: OnPart) => Promise<{kept: boolean, ids: string[]} | null>}
 */
export async function askWorker(question, onProgress) {
	await started;
	// Asked first: `ready` waits for ever where nothing is registered.
	if (!possible() || !(await navigator.serviceWorker.getRegistration())) return null;
	const { active } = await navigator.serviceWorker.ready;
	return active && ask(active, question, onProgress);
}

/** The worker, if it answers what this page asks for. */
export function controller() {
	return possible() ? navigator.serviceWorker.controller : null;
}

/**
 * Where the worker plays a linked session; null where there is none.
 * @type {(name: string, arranged: Arranged) => Promise<string | null>}
 */
export async function linkedUrl(name, { head, pieces, bytes }) {
	const active = controller();
	if (!active) return null;
	const link = `linked/${encodeURIComponent(name)}.mp3`;
	await ask(active, { link, recipe: { head: [...head], pieces, bytes } });
	return link;
}

/**
 * A worker that is slow with a short answer fails: it may hang.
 * @type {(active: ServiceWorker, question: Question, onProgress?: OnPart) => Promise<any>}
 */
function ask(active, question, onProgress = () => {}) {
	return new Promise((resolve, reject) => {
		const channel = new MessageChannel();
		if (!question.keep) setTimeout(() => reject(new Trouble(t("not_through"))), PATIENCE_MS);
		channel.port1.onmessage = ({ data }) => {
			if (data.error) reject(new Trouble(t(data.error)));
			else if (data.total) onProgress(data.loaded / data.total);
			else resolve(data);
		};
		active.postMessage(question, [channel.port2]);
	});
}

/** @param {Link[]} links */
export function downloads(links) {
	return links.map(({ href, title, save, make }) => h("a",
		{ class: "button second", href, download: save, target: save ? null : "_blank",
			rel: save ? null : "noopener", onclick: make && (async (/** @type {Event} */ event) => {
				event.preventDefault();
				const node = /** @type {Element} */ (event.currentTarget);
				const url = await make().catch(() => say(node, t("not_through")));
				if (url) h("a", { href: url, download: href.split("/").pop() }).click();
			}) }, title));
}

/**
 * A button that keeps sessions, with how far that is and what became of it.
 * @type {(sessions: () => Promise<Record<string, Piece[]>>, onKept: (status: any) => void) => any}
 */
export function keepButton(sessions, onKept) {
	const status = h("p", { class: "hint", role: "status" });
	const bar = h("progress", { max: 1, value: 0, hidden: true, "aria-label": t("keeping") });
	const keep = button("second", "", async () => {
		keep.hidden = true;
		bar.hidden = false;
		try {
			// Not awaited: Firefox asks the user, and it can be kept without an answer.
			navigator.storage?.persist?.().catch(() => {});
			await askWorker({ keep: await sessions() }, (part) => { bar.value = part; });
			onKept(status);
		} catch (error) {
			say(status, plainly(error));
			keep.hidden = false;
		}
		bar.hidden = true;
	});
	return { keep, bar, status };
}

/** A published session's files: kept on this phone, or taken along. @type {(source: Source, id: string) => any} */
export function keeper(source, id) {
	const { keep, bar, status } = keepButton(async () => ({ [id]: await pieces }), () => settle(true, true));
	keep.hidden = true;  // until it is known what there is to keep
	const remove = button("quiet", t("let_go"), () => askWorker({ drop: id })
		.then(() => settle(false, false), (error) => say(status, plainly(error))));
	remove.hidden = true;
	const links = h("p", { class: "links" });
	/** Of the newest answer. @type {Promise<Piece[]>} */
	let pieces = Promise.resolve([]);
	let shows = 0;

	/** @type {(kept: boolean, some: boolean) => void} as it is set, or in some form */
	function settle(kept, some) {
		keep.hidden = kept;
		remove.hidden = !some;
		say(status, kept ? t("kept") : "");
	}

	return {
		node: h("section", { class: "keeper" }, h("h2", {}, t("offline")), keep, bar, status, remove,
			links),
		/** @param {Answer} answer */
		async show(answer) {
			links.replaceChildren(...downloads(source.files(answer).links));
			const mine = ++shows;
			try {
				pieces = source.pieces(answer);
				const found = await pieces;
				const kept = await askWorker({ has: found });
				if (mine !== shows || !kept) return;
				const bytes = found.reduce((sum, { start, end }) => sum + end - start, 0);
				const size = (bytes / 1e6).toLocaleString(document.documentElement.lang,
					{ minimumFractionDigits: 1, maximumFractionDigits: 1 });
				say(keep, t("keep_size", { size }));
				settle(kept.kept, kept.ids.includes(id));
			} catch {
				// A session of a fixed length, or no network: it cannot be kept now.
			}
		},
	};
}
