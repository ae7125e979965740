/* Keeps a published site on the phone: the page, plans and covers at once, sound when played. */
"use strict";

const VERSION = "/*VERSION*/";
const FILES = [/*FILES*/];

/* One cache a version: sound and plan are kept together, so that they always agree. */
const NAME = `smr-audio-${new URL(self.registration.scope).pathname}-`;
const CACHE = NAME + VERSION;
const SOUND = /\/audio\/[^/]+\.mp3$/;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE)
      .then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => names.filter((name) => name.startsWith(NAME) && name !== CACHE))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  event.respondWith(SOUND.test(url.pathname) ? sound(event) : shell(request));
});

/** A file of the shell from the cache; anything else from the network. */
async function shell(request) {
  const cache = await caches.open(CACHE);
  const found = await cache.match(request, { ignoreSearch: true });
  if (found) return found;
  try {
    return await fetch(request);
  } catch (error) {
    if (request.mode !== "navigate") throw error;
    return (await cache.match("index.html")) ?? Response.error();
  }
}

/** A session's sound: from the cache if it is there, else from the network, and kept whole. */
async function sound(event) {
  const { request } = event;
  const cache = await caches.open(CACHE);
  const found = await cache.match(request.url);
  if (found) return ranged(request, found);
  // A player asks for a range, which a cache does not take: the whole is fetched beside it.
  event.waitUntil(keep(cache, request.url));
  return fetch(request);
}

const coming = new Map();

function keep(cache, url) {
  if (!coming.has(url)) {
    const whole = cache.add(url).catch(() => undefined).finally(() => coming.delete(url));
    coming.set(url, whole);
  }
  return coming.get(url);
}

/** The part of a whole answer that is asked for (RFC 9110, section 14: one range of bytes). */
async function ranged(request, whole) {
  const wanted = /^bytes=(\d*)-(\d*)$/.exec(request.headers.get("range") ?? "");
  if (!wanted || (!wanted[1] && !wanted[2])) return whole;
  const blob = await whole.blob();
  const start = wanted[1] ? Number(wanted[1]) : Math.max(blob.size - Number(wanted[2]), 0);
  const end = wanted[1] && wanted[2] ? Math.min(Number(wanted[2]), blob.size - 1) : blob.size - 1;
  if (start > end) {
    return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${blob.size}` } });
  }
  return new Response(blob.slice(start, end + 1), {
    status: 206,
    headers: {
      "Accept-Ranges": "bytes",
      "Content-Length": String(end - start + 1),
      "Content-Range": `bytes ${start}-${end}/${blob.size}`,
      "Content-Type": "audio/mpeg",
    },
  });
}
