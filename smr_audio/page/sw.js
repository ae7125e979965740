/**
 * Keeps a published site for when there is no network, and plays sessions that the page has linked
 * as if each were a file. The publisher fills in VERSION and FILES.
 *
 * Segments of sound are kept one by one. A number names each by its content, so all sessions and
 * versions share them.
 */

const VERSION = "/*VERSION*/";
const FILES = [/*FILES*/];

const SCOPE = self.registration.scope;
// One host may serve several sites, and all share one storage.
const PREFIX = `smr-audio ${SCOPE} `;
const SHELL = `${PREFIX}shell ${VERSION}`;
const LINKED = `${PREFIX}linked ${VERSION}`;
const SEGMENTS = `${PREFIX}segments`;
const KEPT = `${PREFIX}kept`;
const SCORES = new URL("scores/", SCOPE).href;
const COVERS = new URL("covers/", SCOPE).href;
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
 * What an older version kept of sessions is fetched again, since they may have changed.
 */
async function install() {
	const cache = await caches.open(SHELL);
	const urls = new Set([SCOPE, ...FILES.map((file) => new URL(file, SCOPE).href)]);
	for (const name of await others(" shell ")) {
		for (const { url } of await (await caches.open(name)).keys()) {
			if (isLater(url)) urls.add(url);
		}
	}
	await Promise.all([...urls].map(async (url) => {
		const found = await fetch(new Request(url, { cache: "no-cache" }));
		if (found.ok) await cache.put(url, found);
		else if (found.status !== 404 || !isLater(url)) throw new Error(`${url}: ${found.status}`);
	}));
}

/**
 * Let go of older versions, and of segments that no session has any more; a session that lacks one
 * now is not kept.
 */
async function activate() {
	await self.clients.claim();
	for (const name of await others("")) await caches.delete(name);
	const shell = await caches.open(SHELL);
	const cache = await caches.open(SEGMENTS);
	const wanted = new Set();
	for (const request of await shell.keys()) {
		if (!request.url.startsWith(SCORES)) continue;
		const { segments = [], bed } = await (await shell.match(request)).json();
		for (const all of [segments, bed?.segments ?? []]) {
			for (let i = 3; i < all.length; i += 4) wanted.add(key({ name: all[i] }));
		}
	}
	for (const one of await keysOf(cache)) if (!wanted.has(one)) await cache.delete(one);
	const held = await keysOf(cache);
	const whole = Object.entries(await keptSessions())
		.filter(([, keys]) => keys.every((one) => held.has(one)));
	await markKept(Object.fromEntries(whole));
}

const keysOf = async (cache) => new Set((await cache.keys()).map(({ url }) => url));

/** The keys of the segments of each session that is kept, by its id. */
async function keptSessions() {
	return (await (await caches.open(KEPT)).match(SCOPE))?.json() ?? {};
}

async function markKept(sessions) {
	await (await caches.open(KEPT)).put(SCOPE, new Response(JSON.stringify(sessions)));
}

/** The caches of this site's other versions whose names have a word. @param {string} word */
async function others(word) {
	const names = await caches.keys();
	const ours = [SHELL, LINKED, SEGMENTS, KEPT];
	return names.filter((name) => name.startsWith(PREFIX) && !ours.includes(name) && name.includes(word));
}

/** What is kept of a session once it is opened. */
const isLater = (url) => url.startsWith(SCORES) || url.startsWith(COVERS);

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
	if (fresh.status === 200 && isLater(request.url)) {
		await shell.put(request.url, fresh.clone()).catch(() => {});  // no room: it plays all the same
	}
	return fresh;
}

/**
 * A linked session, or the range of it that was asked for: without that players cannot seek. It is
 * refused if its beginning cannot be had: Firefox asks for what breaks off again and again.
 * @param {{head: number[], pieces: Piece[], bytes: number}} recipe
 * @param {string | null} range
 */
async function part({ head, pieces, bytes }, range) {
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
	const chunks = chunksOf(Uint8Array.from(head), pieces, first, last + 1);
	let next = await chunks.next().catch(({ status }) => ({ status }));
	if (!("done" in next)) return next.status ? new Response(null, next) : Response.error();
	const body = new ReadableStream({
		async pull(controller) {
			if (next.done) return controller.close();
			controller.enqueue(next.value);
			next = await chunks.next();
		},
	});
	return new Response(body, { status: ranged ? 206 : 200, headers });
}

/** The bytes `[from, to)` of a head and pieces, fetched as they are wanted. */
async function* chunksOf(head, pieces, from, to) {
	let index = 0;
	let at = head.length;
	while (index < pieces.length && at + heard(pieces[index]) <= from) at += heard(pieces[index++]);
	/** @type {Map<string, Promise<Uint8Array>>} */
	const coming = new Map();
	/** Of the head: it comes with the first piece. */
	let begin = head.subarray(from, to);
	for (; at < to && index < pieces.length; index += 1) {
		const piece = pieces[index];
		if (!coming.has(key(piece))) {
			const ahead = pieces.slice(index, index + 400);
			await gather(ahead, coming, Math.min(Math.max(at - from, LEAST_AT_ONCE), MOST_AT_ONCE));
		}
		const data = (await coming.get(key(piece))).subarray(piece.from, piece.to);
		if (begin.length) yield begin;
		begin = begin.subarray(begin.length);
		yield data.subarray(Math.max(0, from - at), to - at);
		at += data.length;
	}
	if (begin.length) yield begin;
}

const length = ({ start, end }) => end - start;
const heard = ({ start, end, from = 0, to = end - start }) => to - from;
const key = ({ name }) => new URL(`segments/${name}`, SCOPE).href;

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

/** Packs of a host without ranges, which come whole. */
const wholes = new Map();

/** Fetch a group in one go, and keep each piece; by key. */
async function fetchGroup(group, cache) {
	const [{ path, start }] = group;
	const headers = { Range: `bytes=${start}-${group.at(-1).end - 1}` };
	let data = wholes.get(path);
	let from = 0;
	if (!data) {
		// Through its cache Chromium asks for one range of a file after the other.
		const response = await fetch(new URL(path, SCOPE).href, { cache: "no-store", headers });
		if (!response.ok) throw Object.assign(new Error(path), { status: response.status });
		data = new Uint8Array(await response.arrayBuffer());
		if (response.status === 206) from = start;
		else wholes.set(path, data);
	}
	const found = new Map();
	for (const piece of group) {
		const bytes = data.slice(piece.start - from, piece.end - from);
		if (bytes.length !== length(piece)) throw new RangeError(path);
		found.set(key(piece), bytes);
		await cache.put(key(piece), new Response(bytes)).catch(() => {});  // no room
	}
	return found;
}

/** What the page asks for; each answer goes to its port, and says at last which sessions are kept. */
async function told({ link, recipe, has = [], keep, drop }, port) {
	try {
		const cache = await caches.open(SEGMENTS);
		if (link) {
			const links = await caches.open(LINKED);
			const old = await links.keys();
			for (const one of old.slice(0, Math.max(0, old.length - LINKS_KEPT))) await links.delete(one);
			await links.put(new URL(link, SCOPE).href, new Response(JSON.stringify(recipe)));
			return port.postMessage({});
		}
		if (keep) await keepAll(keep, cache, port);
		if (drop) await letGo(drop, cache);
		const held = await keysOf(cache);
		port.postMessage({ kept: has.every((piece) => held.has(key(piece))),
			ids: Object.keys(await keptSessions()) });
	} catch (error) {
		port.postMessage({ error: error.name === "QuotaExceededError" ? "no_room" : "not_through" });
	}
}

/** Keep sessions, the pieces of each by its id. */
async function keepAll(sessions, cache, port) {
	const held = await keysOf(cache);
	const missing = Object.values(sessions).flat().filter((piece) => !held.has(key(piece)));
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
	const kept = await keptSessions();
	for (const [id, pieces] of Object.entries(sessions)) {
		for (const url of [`${SCORES}${id}.json`, `${COVERS}${id}.png`]) await answer(new Request(url));
		kept[id] = [...new Set([...kept[id] ?? [], ...pieces.map(key)])];
	}
	await markKept(kept);
}

/** Let go of what only this session needs. */
async function letGo(id, cache) {
	const { [id]: mine = [], ...others } = await keptSessions();
	const needed = new Set(Object.values(others).flat());
	for (const one of mine) if (!needed.has(one)) await cache.delete(one);
	await markKept(others);
}
