/* Sends what the phone has kept, one act at a time, until a receipt has come for each. */
import { sha256, uuid } from "./marks.js";
import { LEASE, LONGEST_WAIT } from "./store.js";

const SHORTEST_WAIT = 2000;
const LONGEST_REQUEST = 300000;
const LONGEST_GREETING = 30000;
const OUTCOMES = { 200: ["done", "incomplete", "early"], 409: ["conflict"], 422: ["refused"] };
const WORDS = {
  offline: "没有网络，内容都在手机上，联网后自动送出。",
  "signed-out": "登录已过期，内容都在手机上，请重新登录后继续送出。",
  "other-user": "现在登录的是另一位用户，这些内容要由原来的用户登录后送出。",
  unclear: "服务器没有给出回执，内容都在手机上，稍后自动重试。",
};

/* The round is over; what is left stays on the phone. */
class Halt extends Error {
  constructor(status) {
    super(WORDS[status]);
    this.status = status;
  }
}

const backoff = (tries) =>
  Math.min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** Math.min(tries, 20)) * (0.7 + 0.3 * Math.random());

const parsed = (text) => {
  try {
    return JSON.parse(text) || {};
  } catch (why) {
    return {};
  }
};

const isText = (value) => typeof value === "string" && value !== "";

const isListOfBlobs = (list) =>
  Array.isArray(list) && list.every((one) => one && isText(one.id) && isText(one.sha256));

/* A login page, a proxy's page or half an answer is none of these. */
const isAnswer = ({ status, said }, hash) =>
  (OUTCOMES[status] || []).includes(said.outcome) && said.sha256 === hash && isText(said.words);

const isReceipt = (got, hash) => {
  if (!isAnswer(got, hash) || !isText(got.said.receipt)) return false;
  const { outcome, blobs, missing } = got.said;
  if (outcome === "done") return isListOfBlobs(blobs);
  return outcome !== "incomplete" || (Array.isArray(missing) && missing.length > 0 && missing.every(isText));
};

const isBlobReceipt = ({ status, said }, row) =>
  status === 200 && isText(said.receipt) && said.sha256 === row.sha256 && said.bytes === row.bytes;

/* `wait` says how long after so many failures; `tell` hears where the queue stands. */
export const startQueue = ({
  store,
  address = "/phone/",
  locks = navigator.locks,
  wait = backoff,
  tell = () => {},
}) => {
  const owner = uuid();
  let running = false;
  let again = false;
  let failures = 0;
  let timer = 0;

  const ask = async (path, options, longest) => {
    const given = { credentials: "same-origin", redirect: "manual", cache: "no-store" };
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), longest);
    let response, text;
    try {
      response = await fetch(address + path, Object.assign(given, options, { signal: stop.signal }));
      text = await response.text();
    } catch (why) {
      throw new Halt("offline");
    } finally {
      clearTimeout(limit);
    }
    const { status } = response;
    // A stranger is sent to the sign-in page.
    if (response.type === "opaqueredirect" || status === 401 || status === 403) throw new Halt("signed-out");
    return { status, said: parsed(text) };
  };

  /* Is the portal there, who is signed in, and what time is it there? */
  const greet = async () => {
    const before = Date.now();
    const { status, said } = await ask("session/", {}, LONGEST_GREETING);
    const after = Date.now();
    const there = Date.parse(said.now);
    if (status !== 200 || !isText(said.user) || !isText(said.token) || !there) throw new Halt("unclear");
    if (said.user !== store.user) throw new Halt("other-user");
    await store.measure(Math.round(there - (before + after) / 2));
    return said.token;
  };

  const send = (method, path, body, token, more) => {
    const marks = { "X-CSRFToken": token, "X-User": store.user, "X-Sent-At": new Date().toISOString() };
    return ask(path, { method, body, headers: Object.assign(marks, more) }, LONGEST_REQUEST);
  };

  /* A photo that is lost here is not sent: the server then finds the act incomplete. */
  const deliverBlob = async (id, token) => {
    const { row, data } = await store.blob(id);
    if (!row || row.receipt || row.words || !data || (await sha256(data)) !== row.sha256) return;
    const marks = { "Content-Type": row.type, "X-SHA256": row.sha256 };
    const got = await send("PUT", `blobs/${id}/`, data, token, marks);
    if (isBlobReceipt(got, row)) await store.noteBlob(id, got.said.receipt, "");
    else if (got.status !== 200 && isAnswer(got, row.sha256)) await store.noteBlob(id, "", got.said.words);
    else throw new Halt("unclear");
  };

  const deliverAct = async (row, token) => {
    const got = await send("POST", "sync/", row.text, token, { "Content-Type": "application/json" });
    if (!isReceipt(got, row.sha256)) throw new Halt("unclear");
    const { outcome } = got.said;
    if (outcome === "done") await store.arrive(row.number, got.said);
    else if (outcome === "incomplete") await store.lack(row.number, got.said, wait(row.tries));
    else if (outcome === "early") await store.wait(row.number, got.said, wait(row.tries));
    else await store.keep(row.number, got.said);
  };

  /* The act itself is not to blame for a missing sign-in, and hardly for a missing network. */
  const pause = (status, tries) => {
    if (status === "signed-out") return 0;
    return wait(status === "offline" ? Math.min(tries, 2) : tries);
  };

  const deliver = async (row, token) => {
    const beat = setInterval(() => store.beat(owner, row.number), LEASE / 4);
    try {
      for (const { id } of row.blobs) await deliverBlob(id, token);
      await deliverAct(row, token);
    } catch (why) {
      await store.later(row.number, owner, why.message, pause(why.status, row.tries));
      throw why;
    } finally {
      clearInterval(beat);
    }
  };

  const round = async (isAlone) => {
    const token = await greet();
    tell({ status: "sending", words: "" });
    for (let row = await store.claim(owner, isAlone); row; row = await store.claim(owner, isAlone)) {
      await deliver(row, token);
      failures = 0;
      tell({ status: "sending", words: "" });
    }
  };

  /* Only one tab sends. A lock goes with its tab; the lease is for a holder asleep, and for browsers without locks. */
  const alone = async (hasLock) => {
    if (!(await store.lead(owner, hasLock))) return false;
    try {
      await round(hasLock);
    } finally {
      await store.resign(owner);
    }
    return true;
  };

  const locked = async () => {
    if (!locks) return alone(false);
    const name = `phone ${store.user}`;
    const tried = await locks.request(name, { ifAvailable: true }, async (lock) => (lock ? alone(true) : null));
    if (tried !== null) return tried;
    if (!(await store.isAsleep())) return false;
    return locks.request(name, { steal: true }, () => alone(true));
  };

  const kick = async () => {
    again = running;
    if (running) return;
    running = true;
    clearTimeout(timer);
    let next;
    try {
      const sent = await locked();
      failures = 0;
      if (sent) tell({ status: "idle", words: "" });
      next = await store.nextIn();
      // Another tab is at it; should it die, this one goes on.
      if (next !== null && !sent) next = Math.max(next, LEASE / 4);
    } catch (why) {
      next = wait(failures);
      failures += 1;
      tell({ status: why.status || "unclear", words: why.message });
    }
    running = false;
    if (again) kick();
    else if (next !== null) timer = setTimeout(kick, next);
  };

  window.addEventListener("online", kick);
  document.addEventListener("visibilitychange", () => document.hidden || kick());
  kick();
  return { kick };
};
