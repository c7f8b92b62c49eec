/* The service worker of /phone/: keeps the page itself, one version at a time. What is sent and asked passes it by. */
const { version, files } = self.kept;
const NAME = `phone-${version}`;

/* Past every other cache, so that all files are of one version; a sign-in page is none of them. */
const fetched = async (address) => {
  const response = await fetch(new Request(address, { cache: "reload", credentials: "omit" }));
  if (!response.ok || response.redirected) throw new Error(`${address}: ${response.status}`);
  return response;
};

const keepAll = async () => {
  const cache = await caches.open(NAME);
  await Promise.all(files.map(async (address) => cache.put(address, await fetched(address))));
};

const dropOthers = async () => {
  const names = await caches.keys();
  await Promise.all(names.filter((one) => one !== NAME).map((one) => caches.delete(one)));
  await self.clients.claim();
};

const kept = async (request, address) => {
  const cache = await caches.open(NAME);
  const found = await cache.match(address, { ignoreVary: true });
  return found || fetch(request);
};

self.addEventListener("install", (event) => event.waitUntil(keepAll()));
self.addEventListener("activate", (event) => event.waitUntil(dropOthers()));
self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
  if (event.data === "version") event.ports[0].postMessage(version);
});
self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin || !files.includes(pathname)) return;
  event.respondWith(kept(event.request, pathname));
});
