/** Sessions kept on this phone, by the service worker. Only where it may run: HTTPS, published. */

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

/** Whether a sound is kept; null if nothing can be kept here. @param {string} url */
export async function isKept(url) {
	const active = await worker();
	if (!active) return null;
	return new Promise((resolve) => {
		ask(active, { has: url }, (answer) => resolve(Boolean(answer.kept)));
	});
}

/**
 * Keep a sound. Does nothing where that is not possible.
 * @param {string} url
 * @param {(part: number) => void} [onProgress] 0 to 1
 */
export async function keep(url, onProgress = () => {}) {
	const active = await worker();
	if (!active) return;
	await new Promise((resolve, reject) => {
		ask(active, { keep: url }, (answer) => {
			if (answer.kept) resolve(undefined);
			else if (answer.error) reject(new Trouble(t(answer.error)));
			else if (answer.total) onProgress(answer.loaded / answer.total);
		});
	});
}

/**
 * @param {ServiceWorker} active
 * @param {Record<string, string>} question
 * @param {(answer: any) => void} onAnswer
 */
function ask(active, question, onAnswer) {
	const channel = new MessageChannel();
	channel.port1.onmessage = (event) => onAnswer(event.data);
	active.postMessage(question, [channel.port2]);
}
