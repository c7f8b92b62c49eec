/* One visit on this phone: what was chosen and typed, and the acts that follow from it. */
import { uuid } from "./marks.js";

const STALE_TRIES = 5;
const EMPTY = {
  begun: "",
  reason: "",
  checklist: "",
  items: [],
  answers: {},
  findings: [],
  photos: [],
  signatures: [],
  conclusion: null,
  typed: {},
  camera: null,
};

const copied = (record) => JSON.parse(JSON.stringify(record));

const isNewer = (one, other) => Date.parse(one.at) > Date.parse(other.at);

/* Where it was done, if that is known. */
const located = (body, where) => (where ? Object.assign(body, { where }) : body);

export class Visit {
  constructor(store, prepared, bundle, row) {
    this.store = store;
    this.prepared = prepared;
    this.bundle = bundle;
    this.id = bundle.visit;
    this.turn = Promise.resolve();
    this._take(row);
  }

  static async open(store, prepared, id) {
    const bundle = prepared.visit(id);
    return bundle ? new Visit(store, prepared, bundle, await store.load(id)) : null;
  }

  _take(row) {
    this.version = row ? row.version : 0;
    this.record = Object.assign(copied(EMPTY), row && row.record);
  }

  /* The version on which it was begun stays. */
  get checklist() {
    return this.prepared.checklist(this.record.checklist || this.bundle.checklist);
  }

  get items() {
    const ids = this.record.items.length ? this.record.items : this.bundle.items;
    return ids.map((id) => this.checklist.item(id)).filter(Boolean);
  }

  /* The own items, area by area. */
  get areas() {
    const own = new Set(this.items.map((one) => one.id));
    return this.checklist.areas
      .map((area) => Object.assign({}, area, { items: area.items.filter((one) => own.has(one.id)) }))
      .filter((area) => area.items.length);
  }

  /* Begun on this phone it runs, whether the office knows of it yet or not. */
  get stateWords() {
    const isAhead = this.record.begun && this.bundle.may_begin;
    return isAhead ? "进行中" : this.bundle.state_words;
  }

  get isOver() {
    return Boolean(this.record.conclusion) || ["concluded", "cancelled"].includes(this.bundle.state);
  }

  /* One change, its acts and its photos: kept as a whole. Another tab's change comes first, then this one again. */
  change(work) {
    const done = this.turn.then(() => this._change(work));
    this.turn = done.catch(() => {});
    return done;
  }

  async _change(work) {
    for (let tries = 0; ; tries += 1) {
      const record = copied(this.record);
      const step = work(record) || {};
      try {
        const { id: visit, version } = this;
        this.version = await this.store.save(Object.assign({ visit, version, record }, step));
        this.record = record;
        return;
      } catch (why) {
        if (why.reason !== "stale" || tries >= STALE_TRIES) throw why;
        this._take(await this.store.load(this.id));
      }
    }
  }

  _act(record, kind, body, more) {
    const checklist = record.checklist || this.bundle.checklist;
    return Object.assign({ checklist, kind, body }, more);
  }

  begin(reason, where) {
    return this.change((record) => {
      const begun = new Date().toISOString();
      const { checklist, items } = this.bundle;
      Object.assign(record, { begun, reason, checklist, items });
      return { items: [this._act(record, "begin", located({ reason }, where), { at: begun })] };
    });
  }

  /* What this person says of the item: here, or on another phone if that is newer. */
  own(item) {
    const here = this.record.answers[item];
    const there = this.bundle.answers
      .filter((one) => one.mine && one.item === item)
      .reduce((newest, one) => (newest && !isNewer(one, newest) ? newest : one), null);
    if (!here || (there && isNewer(there, here))) return there;
    return here;
  }

  ofOthers(item) {
    return this.bundle.answers.filter((one) => !one.mine && one.item === item);
  }

  isDisputed(item) {
    return this.bundle.answers.some((one) => one.item === item && one.disputed);
  }

  /* What was found beside this item (null: outside the checklist) and stands: here and by others. */
  findings(item) {
    const here = this.record.findings.filter((one) => one.item === item);
    const known = new Set(here.map((one) => one.id));
    const there = this.bundle.findings.filter((one) => one.item === item && !known.has(one.id));
    return here.concat(there).filter((one) => !one.withdrawn);
  }

  /* What is missing before an answer can be given. */
  lacks(item, { value, note }) {
    if (value === "not_looked_at" && !note.trim()) return "请写明未查的原因。";
    if (value === "not_met" && !this.findings(item).length) return "请写明问题并登记。";
    return "";
  }

  isAnswered(item) {
    const own = this.own(item);
    if (own && own.value) return !this.lacks(item, own);
    return this.ofOthers(item).length > 0;
  }

  get unanswered() {
    return this.items.filter((one) => !this.isAnswered(one.id));
  }

  /* Chosen or typed, and kept at once; the act follows when the hand has come to rest. */
  draft(item, part) {
    const at = new Date().toISOString();
    return this.change((record) => {
      const before = this.own(item) || { value: "", note: "" };
      const sent = (record.answers[item] && record.answers[item].sent) || null;
      const { value, note } = before;
      record.answers[item] = Object.assign({ value, note, sent }, part, { at });
    });
  }

  isUnsettled(item) {
    const own = this.record.answers[item];
    if (!own || !own.value || this.lacks(item, own)) return false;
    return !own.sent || own.sent.value !== own.value || own.sent.note !== own.note;
  }

  /* The answer as it stands becomes an act, if it is not one already. */
  async settle(item) {
    await this.turn;
    if (!this.isUnsettled(item)) return;
    await this.change((record) => {
      const own = record.answers[item];
      const { value, note, at } = own;
      own.sent = { value, note };
      const body = { item, value, note, reason: record.reason, found: null };
      return { items: [this._act(record, "answer", body, { at })] };
    });
  }

  async settleAll() {
    for (const item of Object.keys(this.record.answers)) await this.settle(Number(item));
  }

  /* All the rest is fine: exactly the items that were shown. */
  rest(items) {
    const at = new Date().toISOString();
    return this.change((record) => {
      for (const item of items) {
        record.answers[item] = { value: "met", note: "", at, sent: { value: "met", note: "" } };
      }
      return { items: [this._act(record, "rest", { items, reason: record.reason }, { at })] };
    });
  }

  /* A problem, with its answer if that was waiting for it. */
  register(item, found) {
    const id = uuid();
    const at = new Date().toISOString();
    return this.change((record) => {
      record.findings.push(Object.assign({ id, item, at, withdrawn: false }, found));
      delete record.typed[`found ${item}`];
      const body = { item, found: Object.assign({ id }, found), reason: record.reason };
      const own = record.answers[item];
      const answers = item !== null && own && own.value === "not_met" && (!own.sent || own.sent.value !== "not_met");
      if (!answers) return { items: [this._act(record, "finding", body)] };
      const { value, note } = own;
      own.sent = { value, note };
      return { items: [this._act(record, "answer", Object.assign({ value, note }, body))] };
    });
  }

  fix(finding, words) {
    return this.change((record) => {
      this._mark(record, finding, { fixed: words, mode: "on_the_spot", days: null });
      return { items: [this._act(record, "fix", { finding: finding.id, words, reason: record.reason })] };
    });
  }

  withdraw(finding, reason) {
    return this.change((record) => {
      this._mark(record, finding, { withdrawn: true });
      return { items: [this._act(record, "withdraw", { finding: finding.id, reason })] };
    });
  }

  /* What others have found is known from the office; from now on the phone knows better. */
  _mark(record, finding, part) {
    const own = record.findings.find((one) => one.id === finding.id);
    if (own) Object.assign(own, part);
    else record.findings.push(Object.assign({}, finding, part));
    delete record.typed[`fix ${finding.id}`];
    delete record.typed[`withdraw ${finding.id}`];
  }

  /* The camera is about to open: should the system end the page, the place is known. */
  aim(place) {
    return this.change((record) => {
      record.camera = place;
    });
  }

  photos(place) {
    const same = (one) => one.item === place.item && one.finding === place.finding && one.after === place.after;
    const here = this.record.photos.filter(same);
    const known = new Set(here.map((one) => one.id));
    return here.concat(this.bundle.photos.filter((one) => same(one) && !known.has(one.id)));
  }

  photograph({ item, finding, after }, photo, stamp, where) {
    const at = new Date().toISOString();
    return this.change((record) => {
      record.photos.push({ id: photo.id, item, finding, after, at });
      record.camera = null;
      const act = this._act(record, "photo", located({ item, finding, after, stamp }, where), { blobs: [photo], at });
      return { items: [act], blobs: [photo] };
    });
  }

  /* {role, name, post, refused, witness}, with the strokes unless refused. */
  sign(given, strokes) {
    const at = new Date().toISOString();
    const blobs = strokes ? [strokes] : [];
    return this.change((record) => {
      record.signatures.push(Object.assign({ at }, given));
      for (const key of Object.keys(record.typed)) {
        if (key.startsWith(`sign ${given.role} `)) delete record.typed[key];
      }
      return { items: [this._act(record, "sign", given, { blobs, at })], blobs };
    });
  }

  signed(role) {
    const here = this.record.signatures.filter((one) => one.role === role);
    const names = new Set(here.map((one) => one.name));
    return here.concat(this.bundle.signatures.filter((one) => one.role === role && !names.has(one.name)));
  }

  conclude(conclusion) {
    const at = new Date().toISOString();
    return this.change((record) => {
      record.conclusion = { words: conclusion, at };
      delete record.typed.conclusion;
      return { items: [this._act(record, "conclude", { conclusion, reason: record.reason }, { at })] };
    });
  }

  /* Typed words that are no act yet. */
  typed(key) {
    return this.record.typed[key] || "";
  }

  type(key, words) {
    return this.change((record) => {
      record.typed[key] = words;
    });
  }
}
