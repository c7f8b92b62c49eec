/* The visits as the office has told them: kept on the phone, so that they open without network. */

/* One version of the checklist: an open visit stays on its own. */
export class Checklist {
  constructor({ areas }, { values }) {
    this.areas = areas;
    this.values = new Map(values);
    this.items = new Map();
    for (const area of areas) for (const item of area.items) this.items.set(item.id, item);
  }

  item(id) {
    return this.items.get(id);
  }

  value(code) {
    return this.values.get(code);
  }
}

const isTold = (said) =>
  Boolean(said) &&
  Array.isArray(said.visits) &&
  said.user &&
  typeof said.user.id === "string" &&
  typeof said.checklists === "object" &&
  Array.isArray(said.values);

/* Why nothing is told, in the office's words and with the page to go to first, if it says so. */
const turnedAway = async (response) => {
  const told = await response.json().catch(() => ({}));
  const { words, address } = told || {};
  const isOwn = typeof address === "string" && address.startsWith("/office/");
  return { status: "signed-out", words: typeof words === "string" ? words : "", address: isOwn ? address : "" };
};

/* What the office says now, or who has answered instead: "offline", "signed-out", "stranger" or "unclear". */
export const askOffice = async () => {
  let response;
  try {
    response = await fetch("/phone/visits/", { credentials: "same-origin", redirect: "manual", cache: "no-store" });
  } catch (why) {
    return { status: "offline" };
  }
  if ([401, 403].includes(response.status)) return turnedAway(response);
  if (response.type === "opaqueredirect") return { status: "signed-out" };
  if (response.status === 404) return { status: "stranger" };
  try {
    const said = await response.json();
    return response.status === 200 && isTold(said) ? { status: "told", said } : { status: "unclear" };
  } catch (why) {
    return { status: "unclear" };
  }
};

export class Prepared {
  /* `told` is what lies on the phone; without any it is empty. */
  constructor(store, told) {
    this.store = store;
    this.told = told || { visits: [], checklists: {}, values: [], severities: [], modes: [], ready: [], rules: {} };
    this.lists = new Map();
  }

  static async open(store) {
    return new Prepared(store, await store.prepared());
  }

  get visits() {
    return this.told.visits;
  }

  visit(id) {
    return this.told.visits.find((one) => one.visit === id);
  }

  checklist(id) {
    if (!this.lists.has(id) && this.told.checklists[id]) {
      this.lists.set(id, new Checklist(this.told.checklists[id], this.told));
    }
    return this.lists.get(id);
  }

  isReady(id) {
    return this.told.ready.includes(id);
  }

  /* A fresh word of the office. A visit of which this phone holds something stays, whatever the office says. */
  async renew(said, records) {
    const own = new Set(records.map((one) => one.visit));
    const gone = this.visits.filter((one) => own.has(one.visit) && !said.visits.some((new_) => new_.visit === one.visit));
    const visits = said.visits.concat(gone.map((one) => Object.assign({}, one, { gone: true })));
    const checklists = Object.assign({}, said.checklists);
    for (const row of records) {
      const pinned = row.record.checklist;
      if (pinned && !checklists[pinned] && this.told.checklists[pinned]) checklists[pinned] = this.told.checklists[pinned];
    }
    for (const one of gone) checklists[one.checklist] = checklists[one.checklist] || this.told.checklists[one.checklist];
    const ready = this.told.ready.filter((id) => visits.some((one) => one.visit === id));
    await this._keep(Object.assign({}, said, { visits, checklists, ready, saved: new Date().toISOString() }));
  }

  /* These are ready: the page that shows them is kept too. */
  async markReady(ids) {
    const ready = Array.from(new Set(this.told.ready.concat(ids)));
    await this._keep(Object.assign({}, this.told, { ready }));
  }

  async _keep(told) {
    await this.store.keepPrepared(told);
    this.told = told;
    this.lists.clear();
  }
}
