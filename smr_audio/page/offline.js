/** What the service worker does for the page. Only where it may run: HTTPS, published. */

import { Trouble, t } from "./words.js";

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
