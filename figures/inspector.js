/* One inspector's hand for the figure `offline`: the page's own rooms do each step, past the buttons only. */
window.handed = (async () => {
  const waitFor = async (asked) => {
    for (let found = asked(); ; found = asked()) {
      if (found) return found;
      await new Promise((done) => setTimeout(done, 50));
    }
  };
  const load = (name) => import(`/static/js/visit/${name}.js`);
  const rooms = await Promise.all(["known", "marks", "prepared", "store", "visit"].map(load));
  const { lastUser, marked, uuid, Prepared, Store, Visit } = Object.assign({}, ...rooms);
  const store = new Store((await waitFor(lastUser)).id);

  /* A photo of its own noise: no two are alike. */
  const photo = async (edge) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: edge, height: edge });
    const drawing = canvas.getContext("2d");
    const points = drawing.createImageData(edge, edge);
    for (let at = 0; at < points.data.length; at += 65536) {
      crypto.getRandomValues(points.data.subarray(at, Math.min(at + 65536, points.data.length)));
    }
    drawing.putImageData(points, 0, 0);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
    return marked(await blob.arrayBuffer(), "image/jpeg");
  };

  const signature = () => {
    const strokes = [[[10, 10, 0], [60, 40 + Math.random() * 20, 90], [110, 15, 180]]];
    const text = JSON.stringify({ width: 320, height: 160, strokes });
    return marked(new TextEncoder().encode(text).buffer, "application/json");
  };

  const at = (item, finding = null, after = false) => ({ item, finding, after });
  const steps = {
    begin: (visit) => visit.begin(""),
    async answer(visit, item) {
      await visit.draft(item, { value: "met", note: `现场核对${Math.random()}` });
      await visit.settle(item);
    },
    async photo(visit, item, edge) {
      const picture = await photo(edge);
      await visit.aim(at(item));
      await visit.photograph(at(item), picture, ["测试地点", "2026年7月6日", "教体局"]);
    },
    async tooLarge(visit, size) {
      await visit.photograph(at(null), await marked(new ArrayBuffer(size), "image/jpeg"), []);
    },
    async found(visit, item) {
      await visit.draft(item, { value: "not_met", note: "" });
      await visit.register(item, { fact: `问题${uuid()}`, severity: 2, mode: "in_time", days: 7, fixed: "" });
    },
    async fix(visit, item, edge) {
      const [finding] = visit.findings(item);
      if (!finding) return;
      await visit.photograph(at(null, finding.id), await photo(edge), []);
      if (!finding.fixed) await visit.fix(finding, "当场改正");
      await visit.photograph(at(null, finding.id, true), await photo(edge), []);
    },
    rest: (visit) => {
      const left = visit.unanswered.map((one) => one.id);
      return left.length ? visit.rest(left) : null;
    },
    async sign(visit) {
      const given = { role: "site", name: "王测试", post: "负责人", refused: "", witness: "" };
      await visit.sign(given, await signature());
    },
    refuse: (visit) =>
      visit.sign({ role: "site", name: "", post: "", refused: "负责人离开", witness: "李测试" }, null),
  };

  /* What of this visit lies in the queue: every act and every photo that the phone has promised to send. */
  const promised = async (id) => {
    const { items } = await store.overview();
    return items.filter((row) => row.visit === id).map(({ id, kind, sha256, blobs, state }) => ({ id, kind, sha256, blobs, state }));
  };

  const opened = async (id) => Visit.open(store, await Prepared.open(store), id);

  return {
    store,
    promised,
    items: async (id) => (await opened(id)).items.map((one) => one.id),
    found: async (id) => (await opened(id)).record.findings.map((one) => one.id),
    /* What the phone says ("kept", or why not), and how many acts lie in its queue because of it. */
    async step(id, name, ...given) {
      const visit = await opened(id);
      const before = (await promised(id)).length;
      let said = "kept";
      try {
        // The page offers nothing else before: with its tab the beginning may have been lost.
        if (name !== "begin" && !visit.record.begun) await visit.begin("");
        await steps[name](visit, ...given);
      } catch (why) {
        if (!why.reason) throw why;
        said = why.reason;
      }
      window.dispatchEvent(new Event("online"));
      return [said, (await promised(id)).length - before];
    },
    async photoOf(id) {
      const visit = await opened(id);
      const picture = await photo(32);
      await visit.photograph(at(null), picture, []);
      return picture.id;
    },
    async loseBytes(blob) {
      const db = await store._open();
      const change = db.transaction(["bytes"], "readwrite");
      change.objectStore("bytes").delete(blob);
      await new Promise((done) => Object.assign(change, { oncomplete: done }));
    },
    async hurry() {
      await store.hurry();
      window.dispatchEvent(new Event("online"));
    },
    async waiting() {
      const { items } = await store.overview();
      return items.filter((row) => ["waiting", "sending"].includes(row.state)).length;
    },
    async rows() {
      const { items, blobs } = await store.overview();
      return { items: items.map(({ id, state, kind, words, blobs: own }) => ({ id, state, kind, words, blobs: own.map((one) => one.id) })), blobs: blobs.length };
    },
  };
})();
