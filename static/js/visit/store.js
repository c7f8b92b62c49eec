/* What a phone keeps of its visits: every change is one transaction, and only a receipt lets go of anything. */
import { sha256, uuid } from "./marks.js";

export const LEASE = 120000;
export const LONGEST_WAIT = 300000;
const WORDS = {
  full: "手机存储空间不足，刚才的内容没有保存。请先腾出空间，或导出本次检查，再重新操作。",
  stale: "本次检查刚刚在另一个窗口中改过，刚才的内容没有保存。请核对最新内容后再操作。",
  failed: "手机没有保存成功，请再试一次。",
};

export class NotSavedError extends Error {
  constructor(reason) {
    super(WORDS[reason]);
    this.reason = reason;
  }
}

const worded = (why) => {
  if (why instanceof NotSavedError) return why;
  const full = why && why.name === "QuotaExceededError";
  return Object.assign(new NotSavedError(full ? "full" : "failed"), { cause: why });
};

const answer = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

/* Moments further ahead than anything is ever put off were written before the clock was put back. */
const isPast = (moment, at, most) => moment <= at || moment > at + most;

const isDue = (row, at) =>
  (row.state === "waiting" && isPast(row.due, at, LONGEST_WAIT)) ||
  (row.state === "sending" && isPast(row.lease, at, LEASE));

const build = (db) => {
  db.createObjectStore("visits", { keyPath: ["user", "visit"] });
  const queue = db.createObjectStore("queue", { keyPath: "number", autoIncrement: true });
  queue.createIndex("id", "id", { unique: true });
  queue.createIndex("user", "user");
  // Apart from their bytes, so that a list of photos reads none of them.
  db.createObjectStore("blobs", { keyPath: "id" }).createIndex("user", "user");
  db.createObjectStore("bytes");
  db.createObjectStore("facts");
};

export class Store {
  /* Everything is read and written for this person only. */
  constructor(user) {
    this.user = user;
    this.opened = null;
  }

  /* Record, photos and acts of one step: all of them are kept, or none. `version` is that of the record last seen. */
  async save({ visit, version, record, blobs = [], items = [] }) {
    const rows = await this._rows(visit, items);
    const { user } = this;
    const saved = new Date().toISOString();
    return this._run("readwrite", ["visits", "queue", "blobs", "bytes"], async (stores) => {
      const before = await answer(stores.visits.get([user, visit]));
      if ((before ? before.version : 0) !== version) throw new NotSavedError("stale");
      stores.visits.put({ user, visit, version: version + 1, record, saved });
      for (const { id, sha256: hash, type, data } of blobs) {
        const bytes = data.byteLength;
        stores.blobs.add({ id, user, visit, type, sha256: hash, bytes, receipt: "", words: "" });
        stores.bytes.add(data, id);
      }
      for (const row of rows) stores.queue.add(row);
      return version + 1;
    });
  }

  /* The text of an act is written once: however often it is sent, it is the same bytes. */
  async _rows(visit, items) {
    const offset = await this.offset();
    const rest = { state: "waiting", owner: "", lease: 0, due: 0, tries: 0, words: "", receipt: "" };
    return Promise.all(
      items.map(async ({ checklist, kind, body, blobs = [], at = new Date().toISOString() }) => {
        const id = uuid();
        const named = blobs.map((blob) => ({ id: blob.id, sha256: blob.sha256 }));
        const act = { id, visit, checklist, kind, at, offset };
        const text = JSON.stringify(Object.assign(act, { body, blobs: named }));
        const hash = await sha256(new TextEncoder().encode(text));
        return Object.assign({ id, user: this.user, visit, kind, text, sha256: hash, blobs: named }, rest);
      }),
    );
  }

  /* The visit as it was last kept, or nothing. */
  load(visit) {
    return this._run("readonly", ["visits"], ({ visits }) => answer(visits.get([this.user, visit])));
  }

  /* Every visit that was ever kept. */
  records() {
    const { user } = this;
    const own = IDBKeyRange.bound([user], [user, []]);
    return this._run("readonly", ["visits"], ({ visits }) => answer(visits.getAll(own)));
  }

  /* What the office has told of the visits ahead, for use without network. */
  keepPrepared(told) {
    return this._run("readwrite", ["facts"], ({ facts }) => answer(facts.put(told, `prepared ${this.user}`)));
  }

  prepared() {
    return this._run("readonly", ["facts"], ({ facts }) => answer(facts.get(`prepared ${this.user}`)));
  }

  /* The code that opens a covered screen, as code.js has made it; null when there is none. */
  keepCode(code) {
    return this._run("readwrite", ["facts"], ({ facts }) => answer(facts.put(code, `code ${this.user}`)));
  }

  code() {
    return this._run("readonly", ["facts"], ({ facts }) => answer(facts.get(`code ${this.user}`)));
  }

  /* How many acts of other people wait on this phone; nothing else of them is told. */
  othersWaiting() {
    return this._run("readonly", ["queue"], async ({ queue }) => {
      const rows = await answer(queue.getAll());
      return rows.filter((row) => row.user !== this.user && row.state !== "arrived").length;
    });
  }

  /* Where every act and every photo stands. */
  overview() {
    return this._run("readonly", ["queue", "blobs"], async ({ queue, blobs }) => {
      const items = await answer(queue.index("user").getAll(this.user));
      return { items, blobs: await answer(blobs.index("user").getAll(this.user)) };
    });
  }

  /* The visit as one file: a line of JSON, then the bytes of its photos in the order of that line. */
  async export(visit) {
    const { items, blobs } = await this.overview();
    const own = blobs.filter((blob) => blob.visit === visit);
    const bytes = await this._run("readonly", ["bytes"], (stores) =>
      Promise.all(own.map((blob) => answer(stores.bytes.get(blob.id)))),
    );
    const line = JSON.stringify({
      format: "dingbian-visit-1",
      user: this.user,
      exported: new Date().toISOString(),
      visit: await this.load(visit),
      items: items.filter((item) => item.visit === visit),
      blobs: own.map((blob, at) => Object.assign(blob, { bytes: bytes[at] ? bytes[at].byteLength : 0 })),
    });
    return new Blob([line, "\n", ...bytes.filter(Boolean)], { type: "application/octet-stream" });
  }

  /* The next act to be sent, held for this tab; a tab that has died holds it for the length of a lease.
     `isAlone`: no other tab sends, so what another one was sending is nobody's any more. */
  claim(owner, isAlone = false) {
    const at = Date.now();
    return this._run("readwrite", ["queue"], async ({ queue }) => {
      const rows = await answer(queue.index("user").getAll(this.user));
      // In their order, but what has failed before stands behind what was not yet tried.
      const isLeft = (one) => isAlone && one.state === "sending" && one.owner !== owner;
      const due = rows.filter((one) => isDue(one, at) || isLeft(one));
      const [row] = due.sort((one, other) => one.tries - other.tries || one.number - other.number);
      if (row) queue.put(Object.assign(row, { state: "sending", owner, lease: at + LEASE }));
      return row;
    });
  }

  /* Somebody wants it sent now: nothing waits any longer. */
  hurry() {
    return this._run("readwrite", ["queue"], async ({ queue }) => {
      const rows = await answer(queue.index("user").getAll(this.user));
      for (const row of rows) if (row.state === "waiting") queue.put(Object.assign(row, { due: 0 }));
    });
  }

  /* In how many milliseconds there is something to send; nothing when all has been answered. */
  async nextIn() {
    const at = Date.now();
    const { items } = await this.overview();
    const waits = items
      .filter((row) => row.state === "waiting" || row.state === "sending")
      .map((row) => (isDue(row, at) ? 0 : (row.state === "waiting" ? row.due : row.lease) - at));
    return waits.length ? Math.min(...waits) : null;
  }

  /* Be the one tab that sends: refused while another has said so within the length of a lease. */
  lead(owner, force = false) {
    const at = Date.now();
    const key = `sender ${this.user}`;
    return this._run("readwrite", ["facts"], async ({ facts }) => {
      const held = await answer(facts.get(key));
      const taken = held && held.owner !== owner && !isPast(held.until, at, LEASE);
      if (taken && !force) return false;
      facts.put({ owner, until: at + LEASE }, key);
      return true;
    });
  }

  /* Has the tab that sends said nothing for the length of a lease? */
  isAsleep() {
    return this._run("readonly", ["facts"], async ({ facts }) => {
      const held = await answer(facts.get(`sender ${this.user}`));
      return Boolean(held) && isPast(held.until, Date.now(), LEASE);
    });
  }

  /* Make room for another tab. */
  resign(owner) {
    const key = `sender ${this.user}`;
    return this._run("readwrite", ["facts"], async ({ facts }) => {
      const held = await answer(facts.get(key));
      if (held && held.owner === owner) facts.delete(key);
    });
  }

  /* Still sending: without this word the leases run out. */
  beat(owner, number) {
    const until = Date.now() + LEASE;
    return this._run("readwrite", ["queue", "facts"], async ({ queue, facts }) => {
      const row = await answer(queue.get(number));
      if (row.state !== "sending" || row.owner !== owner) return;
      queue.put(Object.assign(row, { lease: until }));
      facts.put({ owner, until }, `sender ${this.user}`);
    });
  }

  /* It has not arrived: again after this wait, unless another tab has taken it over. */
  later(number, owner, words, wait) {
    const due = Date.now() + wait;
    return this._run("readwrite", ["queue"], async ({ queue }) => {
      const row = await answer(queue.get(number));
      if (row.state !== "sending" || row.owner !== owner) return;
      queue.put(Object.assign(row, { state: "waiting", due, words, tries: row.tries + (wait ? 1 : 0) }));
    });
  }

  /* A photo with its bytes, as far as both are still here. */
  blob(id) {
    return this._run("readonly", ["blobs", "bytes"], async ({ blobs, bytes }) => {
      const row = await answer(blobs.get(id));
      return { row, data: await answer(bytes.get(id)) };
    });
  }

  /* What the server has said of a photo. Its bytes stay until the act that names it has arrived. */
  noteBlob(id, receipt, words) {
    return this._run("readwrite", ["blobs"], async ({ blobs }) => {
      const row = await answer(blobs.get(id));
      if (row) blobs.put(Object.assign(row, { receipt, words }));
    });
  }

  /* The server has the act. Its text and those photos may go which the receipt names by their hash. */
  arrive(number, said) {
    return this._run("readwrite", ["queue", "blobs", "bytes"], async (stores) => {
      const row = await answer(stores.queue.get(number));
      const { receipt, words } = said;
      stores.queue.put(Object.assign(row, { state: "arrived", text: "", receipt, words }));
      for (const { id, sha256: hash } of said.blobs) {
        const blob = await answer(stores.blobs.get(id));
        if (!blob || blob.user !== this.user || blob.sha256 !== hash) continue;
        stores.blobs.delete(id);
        stores.bytes.delete(id);
      }
    });
  }

  /* The server lacks photos of this act: they are sent once more; lost here too, the act stays incomplete. */
  lack(number, said, wait) {
    const due = Date.now() + wait;
    return this._run("readwrite", ["queue", "blobs", "bytes"], async (stores) => {
      let here = true;
      for (const id of said.missing) {
        const blob = await answer(stores.blobs.get(id));
        const bytes = await answer(stores.bytes.getKey(id));
        if (!blob || bytes === undefined || blob.words) here = false;
        else stores.blobs.put(Object.assign(blob, { receipt: "" }));
      }
      const row = await answer(stores.queue.get(number));
      const { receipt, words } = said;
      const state = here ? "waiting" : "incomplete";
      stores.queue.put(Object.assign(row, { state, due, receipt, words, tries: row.tries + 1 }));
    });
  }

  /* Refused, or in conflict with what the server has: kept here as it is, until a person decides. */
  keep(number, said) {
    const { outcome: state, receipt, words } = said;
    return this._run("readwrite", ["queue"], async ({ queue }) => {
      const row = await answer(queue.get(number));
      queue.put(Object.assign(row, { state, receipt, words }));
    });
  }

  /* Somebody has read why it was refused. It stays here. */
  see(number) {
    return this._run("readwrite", ["queue"], async ({ queue }) => {
      queue.put(Object.assign(await answer(queue.get(number)), { seen: true }));
    });
  }

  /* Something must come first, of this phone or of another one: asked again later. */
  wait(number, said, wait) {
    const due = Date.now() + wait;
    return this._run("readwrite", ["queue"], async ({ queue }) => {
      const row = await answer(queue.get(number));
      queue.put(Object.assign(row, { state: "waiting", due, words: said.words, tries: row.tries + 1 }));
    });
  }

  /* By how many milliseconds the server's clock is ahead of this one. */
  measure(offset) {
    return this._run("readwrite", ["facts"], ({ facts }) => answer(facts.put(offset, "offset")));
  }

  /* The same when both were last compared; nothing when they never were. */
  async offset() {
    const found = await this._run("readonly", ["facts"], ({ facts }) => answer(facts.get("offset")));
    return found === undefined ? null : found;
  }

  async _run(mode, names, work) {
    const transaction = await this._begin(mode, names);
    const ended = new Promise((done, failed) => {
      transaction.oncomplete = done;
      transaction.onabort = () => failed(transaction.error);
    });
    const stores = {};
    for (const name of names) stores[name] = transaction.objectStore(name);
    try {
      const result = await work(stores);
      await ended;
      return result;
    } catch (why) {
      ended.catch(() => {});
      const cause = transaction.error || why;
      if (!transaction.error) abort(transaction);
      throw worded(cause);
    }
  }

  async _begin(mode, names) {
    // The system may have closed the connection of a page that lay in the background.
    const begin = async () => (await this._open()).transaction(names, mode, { durability: "strict" });
    try {
      return await begin();
    } catch (why) {
      if (why.name !== "InvalidStateError") throw worded(why);
      this.opened = null;
      return begin().catch((again) => {
        throw worded(again);
      });
    }
  }

  _open() {
    if (!this.opened) {
      const request = indexedDB.open("phone", 1);
      request.onupgradeneeded = () => build(request.result);
      this.opened = answer(request).then((db) => {
        db.onversionchange = () => db.close();
        return db;
      });
      this.opened.catch(() => {
        this.opened = null;
      });
    }
    return this.opened;
  }
}

/* Nothing of a step that has failed stays; one that the browser has ended is over already. */
const abort = (transaction) => {
  try {
    transaction.abort();
  } catch (why) {
    if (why.name !== "InvalidStateError") throw why;
  }
};
