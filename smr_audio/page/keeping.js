/** What is kept on this phone for when there is no network, and what can be taken along. */

import { button, h, say } from "./dom.js";
import { askWorker } from "./offline.js";
import { plainly, t } from "./words.js";

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
