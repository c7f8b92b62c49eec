/* Work that waits until the hand has come to rest; whatever waits is done at once when the page goes out of sight. */
const waiting = new Set();
const running = new Set();

/* After `pause` without another call of `later`; a hand that never rests is waited for `longest`. */
export const quiet = (work, pause, longest = Infinity) => {
  let timer = 0;
  let since = 0;
  const now = () => {
    clearTimeout(timer);
    waiting.delete(now);
    const done = Promise.resolve(work());
    running.add(done);
    const over = () => running.delete(done);
    done.then(over, over);
    return done;
  };
  const later = () => {
    if (!waiting.has(now)) since = performance.now();
    clearTimeout(timer);
    timer = setTimeout(now, Math.min(pause, Math.max(0, since + longest - performance.now())));
    waiting.add(now);
  };
  return { later, now, nowIfWaiting: () => (waiting.has(now) ? now() : null) };
};

/* Until nothing waits and nothing is under way. */
export const flush = async () => {
  while (waiting.size || running.size) {
    for (const now of Array.from(waiting)) now();
    await Promise.all(Array.from(running));
  }
};

document.addEventListener("visibilitychange", () => document.hidden && flush());
window.addEventListener("pagehide", flush);
