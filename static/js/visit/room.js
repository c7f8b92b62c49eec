/* How much room the phone has, and whether the browser promises to keep what lies there. */
const ENOUGH = 200000000;
const PIECE = 25000000;
const GIBIBYTE = 1073741824;
const PROBE = "room";

/* Free bytes of this site's storage; nothing when the browser does not say.
   Newer Chromium names whole gibibytes whatever the disk holds, so as to tell nobody apart: that says nothing. */
export const freeRoom = async () => {
  if (!navigator.storage || !navigator.storage.estimate) return null;
  const { quota, usage } = await navigator.storage.estimate();
  const free = quota - (usage || 0);
  return Number.isFinite(free) && free % GIBIBYTE ? free : null;
};

/* Is it there? Found out by filling it, where nobody says. */
const fits = async () => {
  const cache = await caches.open(PROBE);
  const piece = new Blob([new Uint8Array(PIECE)]);
  try {
    for (let at = 0; at < ENOUGH / PIECE; at += 1) await cache.put(`/phone/room/${at}`, new Response(piece));
  } catch (why) {
    return false;
  } finally {
    await caches.delete(PROBE);
  }
  return true;
};

/* Are there 200 MB for the photos of a day? Where the browser neither says nor lets it be tried: yes. */
export const hasRoom = async () => {
  const free = await freeRoom();
  if (free !== null) return free >= ENOUGH;
  return "caches" in window ? fits() : true;
};

/* Ask once; some browsers ask the person, some decide by themselves. */
export const persist = async () => {
  if (!navigator.storage || !navigator.storage.persist) return false;
  return (await navigator.storage.persisted()) || navigator.storage.persist();
};

/* A page that opens without network needs a service worker, which chat programs do not have. */
export const opensOffline = () => "serviceWorker" in navigator;
