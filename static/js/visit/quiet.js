/* Work that waits until the hand has come to rest; whatever waits is done at once when the page goes out of sight. */
const waiting = new Set();

export const quiet = (work, pause) => {
  let timer = 0;
  const now = () => {
    clearTimeout(timer);
    waiting.delete(now);
    return work();
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(now, pause);
    waiting.add(now);
  };
  return { later, now, nowIfWaiting: () => (waiting.has(now) ? now() : null) };
};

export const flush = () => Promise.all(Array.from(waiting, (now) => now()));

document.addEventListener("visibilitychange", () => document.hidden && flush());
window.addEventListener("pagehide", flush);
