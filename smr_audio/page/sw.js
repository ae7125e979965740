/**
 * Keeps a published site for when there is no network: the page, every plan and cover at once,
 * a session's sound when it is first played or kept. The publisher fills in VERSION and FILES.
 */

const VERSION = "/*VERSION*/";
const FILES = [/*FILES*/];

const SCOPE = self.registration.scope;
// One host may serve several sites, and all share one storage.
const PREFIX = `smr-audio ${SCOPE} `;
const SHELL = `${PREFIX}shell ${VERSION}`;
const SOUND = `${PREFIX}sound ${VERSION}`;
const ROOT = new URL("./", SCOPE).href;
const TELL_EVERY_BYTES = 200000;

/** @type {Map<string, Promise<void>>} */
const coming = new Map();

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
	const { method, url } = event.request;
	if (method === "GET" && url.startsWith(SCOPE)) event.respondWith(answer(event.request));
});
self.addEventListener("message", (event) => {
	const port = event.ports[0];
	const { keep: wanted, has } = event.data;
	if (wanted) event.waitUntil(keepFor(new URL(wanted, SCOPE).href, port));
	if (has) event.waitUntil(tellKept(new URL(has, SCOPE).href, port));
});

/**
 * Sounds kept by an older version are fetched again, since their plans may have changed; until all
 * is there the older one serves on. No skipWaiting either: a page that plays needs its version.
 */
async function install() {
	const cache = await caches.open(SHELL);
	const urls = new Set([ROOT, ...FILES.map((file) => new URL(file, SCOPE).href)]);
	await cache.addAll([...urls].map((url) => new Request(url, { cache: "no-cache" })));
	for (const name of await others()) {
		const kept = name.includes(" sound ") ? await (await caches.open(name)).keys() : [];
		for (const { url } of kept) {
			await keep(url).catch((error) => {
				if (error instanceof TypeError) throw error;  // the network: another time, then
			});
		}
	}
}

async function activate() {
	await self.clients.claim();
	for (const name of await others()) await caches.delete(name);
}

/** The caches of this site's other versions. */
async function others() {
	const names = await caches.keys();
	return names.filter((name) => name.startsWith(PREFIX) && name !== SHELL && name !== SOUND);
}

/** @param {Request} request */
async function answer(request) {
	const how = { ignoreSearch: true, ignoreVary: true };
	const sound = await (await caches.open(SOUND)).match(request.url, how);
	if (sound) return part(sound, request.headers.get("Range"));
	const shell = await (await caches.open(SHELL)).match(request.url, how);
	return shell ?? fetch(request);
}

/**
 * A kept sound, or the range of it that was asked for: without that players cannot seek.
 * @param {Response} whole
 * @param {string | null} range
 */
async function part(whole, range) {
	const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? "");
	if (!match || !(match[1] || match[2])) return whole;
	const blob = await whole.blob();
	const first = match[1] ? Number(match[1]) : Math.max(0, blob.size - Number(match[2]));
	const last = match[1] && match[2] ? Math.min(Number(match[2]), blob.size - 1) : blob.size - 1;
	if (first > last) {
		return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${blob.size}` } });
	}
	return new Response(blob.slice(first, last + 1), {
		status: 206,
		headers: {
			"Accept-Ranges": "bytes",
			"Content-Length": String(last + 1 - first),
			"Content-Range": `bytes ${first}-${last}/${blob.size}`,
			"Content-Type": whole.headers.get("Content-Type") ?? "audio/mpeg",
		},
	});
}

/**
 * @param {string} url
 * @param {MessagePort} port
 */
async function tellKept(url, port) {
	port.postMessage({ kept: Boolean(await (await caches.open(SOUND)).match(url)) });
}

/**
 * @param {string} url
 * @param {MessagePort} port told of progress, the end, or an error by the key of its words
 */
async function keepFor(url, port) {
	try {
		await keep(url, port);
		port.postMessage({ kept: true });
	} catch (error) {
		port.postMessage({ error: error.name === "QuotaExceededError" ? "no_room" : "not_through" });
	}
}

/**
 * Fetch a sound whole and keep it, once at a time.
 * @param {string} url
 * @param {MessagePort} [port]
 */
async function keep(url, port) {
	const cache = await caches.open(SOUND);
	if (await cache.match(url)) return;
	const started = coming.get(url) ?? fetchWhole(url, cache, port);
	coming.set(url, started);
	await started.finally(() => coming.delete(url));
}

/**
 * @param {string} url
 * @param {Cache} cache
 * @param {MessagePort} [port]
 */
async function fetchWhole(url, cache, port) {
	const response = await fetch(url, { cache: "no-cache" });
	if (response.status !== 200 || !response.body) throw new Error(`status ${response.status}`);
	const total = Number(response.headers.get("Content-Length"));
	let loaded = 0;
	let told = 0;
	const counted = response.body.pipeThrough(new TransformStream({
		transform(chunk, controller) {
			loaded += chunk.byteLength;
			if (loaded - told > TELL_EVERY_BYTES) {
				told = loaded;
				port?.postMessage({ loaded, total });
			}
			controller.enqueue(chunk);
		},
	}));
	await cache.put(url, new Response(counted, { headers: response.headers }));
}
