/* How much room the phone has, and whether the browser promises to keep what lies there. */
export const ENOUGH = 200000000;

/* Free bytes of this site's storage; nothing when the browser does not say. */
export const freeRoom = async () => {
  if (!navigator.storage || !navigator.storage.estimate) return null;
  const { quota, usage } = await navigator.storage.estimate();
  return typeof quota === "number" ? quota - (usage || 0) : null;
};

export const isTight = (free) => free !== null && free < ENOUGH;

/* Ask once; some browsers ask the person, some decide by themselves. */
export const persist = async () => {
  if (!navigator.storage || !navigator.storage.persist) return false;
  return (await navigator.storage.persisted()) || navigator.storage.persist();
};

/* A page that opens without network needs a service worker, which chat programs do not have. */
export const opensOffline = () => "serviceWorker" in navigator;
