/** What the service worker does for the page. Only where it may run: HTTPS, published. */

import { Trouble, t } from "./words.js";

function possible() {
	return document.documentElement.dataset.source === "static" && window.isSecureContext
		&& "serviceWorker" in navigator;
}

/** Start the service worker, so that the next visit needs no network. */
export async function startWorker() {
	if (!possible()) return;
	try {
		await navigator.serviceWorker.register("sw.js");
	} catch {
		// The browser forbids it, as in some private windows: the page works with a network.
	}
}

async function worker() {
	// Asked first: `ready` waits for ever where nothing is registered.
	if (!possible() || !(await navigator.serviceWorker.getRegistration())) return null;
	return (await navigator.serviceWorker.ready).active;
}

/** Whether anything can be kept here. */
export async function canKeep() {
	return Boolean(await worker());
}

/** Whether the worker answers what this page asks for. */
export async function controlled() {
	return possible() && Boolean(navigator.serviceWorker.controller);
}

/**
 * Where the worker plays a linked session; null where there is none.
 * @type {(name: string, arranged: Arranged) => Promise<string | null>}
 */
export async function linkedUrl(name, { head, pieces, bytes }) {
	const active = await controlled() ? await worker() : null;
	if (!active) return null;
	const link = `linked/${encodeURIComponent(name)}.mp3`;
	await ask(active, { link, recipe: { head: [...head], pieces, bytes } });
	return link;
}

/** Whether all pieces are kept; null if nothing can be kept here. @param {Piece[]} pieces */
export async function isKept(pieces) {
	const active = await worker();
	return active && Boolean((await ask(active, { has: pieces })).kept);
}

/**
 * Keep pieces. Does nothing where that is not possible.
 * @param {Piece[]} pieces
 * @param {(part: number) => void} [onProgress] 0 to 1
 */
export async function keep(pieces, onProgress = () => {}) {
	const active = await worker();
	if (active) await ask(active, { keep: pieces }, onProgress);
}

/** Let go of pieces. @param {Piece[]} pieces */
export async function drop(pieces) {
	const active = await worker();
	if (active) await ask(active, { drop: pieces });
}

/**
 * @param {ServiceWorker} active
 * @param {Record<string, any>} question
 * @param {(part: number) => void} [onProgress]
 * @returns {Promise<any>} its last answer
 */
function ask(active, question, onProgress = () => {}) {
	return new Promise((resolve, reject) => {
		const channel = new MessageChannel();
		channel.port1.onmessage = ({ data }) => {
			if (data.error) reject(new Trouble(t(data.error)));
			else if (data.total) onProgress(data.loaded / data.total);
			else resolve(data);
		};
		active.postMessage(question, [channel.port2]);
	});
}
