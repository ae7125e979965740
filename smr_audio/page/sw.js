/**
 * Keeps a published site for when there is no network, and plays sessions that the page has linked
 * as if each were a file. The publisher fills in VERSION and FILES.
 *
 * Segments of sound are kept one by one, by pack and place: a pack is named by its content, so
 * they never change, and all sessions and versions share them.
 */

const VERSION = "/*VERSION*/";
const FILES = [/*FILES*/];

const SCOPE = self.registration.scope;
// One host may serve several sites, and all share one storage.
const PREFIX = `smr-audio ${SCOPE} `;
const SHELL = `${PREFIX}shell ${VERSION}`;
const LINKED = `${PREFIX}linked ${VERSION}`;
const SEGMENTS = `${PREFIX}segments`;
const ROOT = new URL("./", SCOPE).href;
const SCORES = new URL("scores/", SCOPE).href;
const LINKS = new URL("linked/", SCOPE).href;
const LINKS_KEPT = 20;
/** So much between two segments is fetched along: asking twice takes longer. */
const GAP_BYTES = 32768;
const MOST_AT_ONCE = 1 << 19;
/** What is fetched first, on a slow network soon; then as much as was sent already. */
const LEAST_AT_ONCE = 1 << 15;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
	const { method, url } = event.request;
	if (method === "GET" && url.startsWith(SCOPE)) event.respondWith(answer(event.request));
});
self.addEventListener("message", (event) => event.waitUntil(told(event.data, event.ports[0])));

/**
 * No skipWaiting: a page that plays needs its version. The first one waits for nobody.
 * Scores that an older version kept are fetched again, since sessions may have changed.
 */
async function install() {
	const cache = await caches.open(SHELL);
	const urls = new Set([ROOT, ...FILES.map((file) => new URL(file, SCOPE).href)]);
	for (const name of await others(" shell ")) {
		for (const { url } of await (await caches.open(name)).keys()) {
			if (url.startsWith(SCORES)) urls.add(url);
		}
	}
	await Promise.all([...urls].map(async (url) => {
		const found = await fetch(new Request(url, { cache: "no-cache" }));
		if (found.ok) await cache.put(url, found);
		else if (!url.startsWith(SCORES)) throw new Error(`${url}: ${found.status}`);
	}));
}

async function activate() {
	await self.clients.claim();
	for (const name of await others("")) await caches.delete(name);
}

/** The caches of this site's other versions whose names have a word. @param {string} word */
async function others(word) {
	const names = await caches.keys();
	const ours = [SHELL, LINKED, SEGMENTS];
	return names.filter((name) => name.startsWith(PREFIX) && !ours.includes(name) && name.includes(word));
}

/** @param {Request} request */
async function answer(request) {
	const how = { ignoreSearch: true, ignoreVary: true };
	if (request.url.startsWith(LINKS)) {
		const recipe = await (await caches.open(LINKED)).match(request.url);
		return recipe ? part(await recipe.json(), request.headers.get("Range")) : Response.error();
	}
	const shell = await caches.open(SHELL);
	const found = await shell.match(request.url, how);
	if (found) return found;
	const fresh = await fetch(request);
	if (fresh.status === 200 && request.url.startsWith(SCORES)) {
		await shell.put(request.url, fresh.clone()).catch(() => {});  // no room: it plays all the same
	}
	return fresh;
}

/**
 * A linked session, or the range of it that was asked for: without that players cannot seek.
 * @param {{head: number[], pieces: Piece[], bytes: number}} recipe
 * @param {string | null} range
 */
function part({ head, pieces, bytes }, range) {
	const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? "");
	const ranged = match && (match[1] || match[2]);
	const first = ranged ? match[1] ? Number(match[1]) : Math.max(0, bytes - Number(match[2])) : 0;
	const last = ranged && match[1] && match[2] ? Math.min(Number(match[2]), bytes - 1) : bytes - 1;
	const headers = new Headers({ "Accept-Ranges": "bytes", "Content-Type": "audio/mpeg" });
	if (first > last) {
		headers.set("Content-Range", `bytes */${bytes}`);
		return new Response(null, { status: 416, headers });
	}
	headers.set("Content-Length", String(last + 1 - first));
	if (ranged) headers.set("Content-Range", `bytes ${first}-${last}/${bytes}`);
	return new Response(streamed(Uint8Array.from(head), pieces, first, last + 1),
		{ status: ranged ? 206 : 200, headers });
}

/** The bytes `[from, to)` of a head and pieces, fetched as they are wanted. */
function streamed(head, pieces, from, to) {
	let index = 0;
	let at = head.length;
	while (index < pieces.length && at + length(pieces[index]) <= from) at += length(pieces[index++]);
	/** @type {Map<string, Promise<Uint8Array>>} */
	const coming = new Map();
	const send = (controller, data, begin) => {
		const cut = data.subarray(Math.max(0, from - begin), Math.max(0, to - begin));
		if (cut.length) controller.enqueue(cut);
	};
	return new ReadableStream({
		async start(controller) {
			if (from < head.length) send(controller, head, 0);
		},
		async pull(controller) {
			try {
				while (at < to && index < pieces.length) {
					const piece = pieces[index];
					if (!coming.has(key(piece))) {
						const ahead = pieces.slice(index, index + 400);
						await gather(ahead, coming, Math.min(Math.max(at - from, LEAST_AT_ONCE), MOST_AT_ONCE));
					}
					const data = await coming.get(key(piece));
					send(controller, data, at);
					at += data.length;
					index += 1;
					if (controller.desiredSize <= 0) return;
				}
				controller.close();
			} catch (error) {
				controller.error(error);
			}
		},
	}, { highWaterMark: 1 });
}

const length = ({ start, end }) => end - start;
const key = ({ path, start, end }) => `${new URL(path, SCOPE).href}?${start}-${end}`;

/**
 * Start bringing pieces, the first ones first: from what is kept, else from the network, those
 * that lie near each other in one go. At least one; about so many bytes.
 */
async function gather(pieces, coming, bytes) {
	const cache = await caches.open(SEGMENTS);
	const missing = [];
	let size = 0;
	for (const piece of pieces) {
		if (size >= bytes) break;
		if (coming.has(key(piece))) continue;
		size += length(piece);
		const kept = await cache.match(key(piece));
		if (kept) coming.set(key(piece), kept.arrayBuffer().then((data) => new Uint8Array(data)));
		else if (!missing.some((one) => key(one) === key(piece))) missing.push(piece);
	}
	for (const group of grouped(missing)) {
		const found = fetchGroup(group, cache);
		for (const piece of group) coming.set(key(piece), found.then((all) => all.get(key(piece))));
		found.catch(() => {});  // told by whoever waits for a piece
	}
}

/** Pieces in groups that lie near each other in one pack. */
function grouped(pieces) {
	const sorted = [...pieces].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.start - b.start));
	const groups = [];
	for (const piece of sorted) {
		const group = groups.at(-1);
		const last = group?.at(-1);
		if (last && last.path === piece.path && piece.start - last.end <= GAP_BYTES
			&& piece.end - group[0].start <= MOST_AT_ONCE) group.push(piece);
		else groups.push([piece]);
	}
	return groups;
}

/** Fetch a group in one go, and keep each piece; by key. A host may have no ranges. */
async function fetchGroup(group, cache) {
	const [{ path, start }] = group;
	const { end } = group.at(-1);
	const response = await fetch(new URL(path, SCOPE).href, { cache: "no-store", headers: { Range: `bytes=${start}-${end - 1}` } });
	if (!response.ok) throw new Error(`status ${response.status}`);
	const data = new Uint8Array(await response.arrayBuffer());
	const from = response.status === 206 ? start : 0;
	const found = new Map();
	for (const piece of group) {
		const bytes = data.slice(piece.start - from, piece.end - from);
		if (bytes.length !== length(piece)) throw new RangeError(path);
		found.set(key(piece), bytes);
		await cache.put(key(piece), new Response(bytes)).catch(() => {});  // no room
	}
	return found;
}

/** What the page asks for; each answer goes to its port. */
async function told({ link, recipe, has, keep, drop }, port) {
	try {
		const cache = await caches.open(SEGMENTS);
		if (link) {
			const links = await caches.open(LINKED);
			const old = await links.keys();
			for (const one of old.slice(0, Math.max(0, old.length - LINKS_KEPT))) await links.delete(one);
			await links.put(new URL(link, SCOPE).href, new Response(JSON.stringify(recipe)));
		}
		if (has || keep) {
			const kept = new Set((await cache.keys()).map(({ url }) => url));
			const missing = (has ?? keep).filter((piece) => !kept.has(key(piece)));
			if (keep) await keepAll(missing, cache, port);
			if (has) return port.postMessage({ kept: !missing.length });
		}
		for (const piece of drop ?? []) await cache.delete(key(piece));
		port.postMessage({ kept: true });
	} catch (error) {
		port.postMessage({ error: error.name === "QuotaExceededError" ? "no_room" : "not_through" });
	}
}

async function keepAll(missing, cache, port) {
	const total = missing.reduce((sum, piece) => sum + length(piece), 0);
	let loaded = 0;
	for (const group of grouped(missing)) {
		const found = await fetchGroup(group, cache);
		for (const [name, data] of found) {
			if (!(await cache.match(name))) await cache.put(name, new Response(data));  // says why not
			loaded += data.length;
		}
		port.postMessage({ loaded, total });
	}
}
