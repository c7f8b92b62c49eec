/* One item of the checklist: what is chosen, said and photographed of it. */
import { button, complain, complaint, el, field, grown, state, unfolded } from "./elements.js";
import { foundCard, foundForm } from "./found.js";
import { photoRow } from "./photos.js";
import { quiet } from "./quiet.js";
import { watched } from "./typed.js";

const TONES = { met: "good", not_met: "bad", not_applicable: "none", not_looked_at: "warn" };
const PAUSE = 1000;

const segment = (item, [code, words], isChosen, choose) => {
  const input = el("input", { type: "radio", name: `i${item.id}`, value: code, checked: isChosen });
  input.addEventListener("change", () => choose(code));
  return el(`label.segment.segment-${TONES[code]}`, {}, input, el("span", {}, words));
};

const others = (visit, item) => {
  const words = visit.checklist;
  return visit
    .ofOthers(item.id)
    .map((one) => el("p.soft", {}, `${one.by}：${words.value(one.value)}${one.note ? `，${one.note}` : ""}`));
};

const dispute = (visit, item) =>
  visit.isDisputed(item.id) && [
    el("p", {}, state("warn", "结果不一致"), "，由牵头单位在电脑端采信。"),
    el("p", {}, el("a", { href: `/office/inspections/${visit.id}/` }, "打开电脑端页面")),
  ];

/* `changed` is told whenever the counts may have changed. */
export const itemCard = (app, visit, item, changed) => {
  const own = () => visit.own(item.id) || { value: "", note: "" };
  const wrong = complaint();
  const foundPlace = el("div");
  // What is no act yet keeps nothing, and takes back no word of something that was not kept.
  const settle = () => visit.turn.then(() => visit.isUnsettled(item.id) && app.keep(visit.settle(item.id)));
  const settling = quiet(settle, PAUSE);
  const area = grown(el("textarea.lines", { rows: 1, maxlength: 300, value: own().note }));
  const noteField = field("情况说明", area);
  const noteButton = button(
    "说明",
    () => {
      noteField.hidden = false;
      noteButton.hidden = true;
      area.focus();
    },
    ".button-quiet",
  );
  const [basis, basisPlace] = unfolded("依据", () => el("ul", {}, ...item.basis.map((one) => el("li", {}, one))));
  basis.hidden = !item.basis.length;

  const follow = () => {
    const { value, note } = own();
    if (value === "not_looked_at" || note) noteField.hidden = false;
    noteButton.hidden = !noteField.hidden;
    complain(wrong, value ? visit.lacks(item.id, own()) : "");
    const standing = visit.findings(item.id);
    const cards = standing.map((one) => foundCard(app, visit, one, refresh));
    foundPlace.textContent = "";
    foundPlace.append(...cards);
    if (value === "not_met" && !standing.length && !visit.isOver) foundPlace.append(foundForm(app, visit, item, refresh));
    if (value === "not_met" && standing.length && !visit.isOver) {
      const more = button("再登记一个问题", () => more.replaceWith(foundForm(app, visit, item, refresh)), ".button-quiet");
      foundPlace.append(more);
    }
    changed();
  };
  const refresh = () => {
    follow();
    app.changed();
  };

  const choose = async (value) => {
    if (await app.keep(visit.draft(item.id, { value }))) {
      follow();
      settling.later();
    }
  };
  watched(area, async (note) => {
    await app.keep(visit.draft(item.id, { note: note.trim() }));
    complain(wrong, own().value ? visit.lacks(item.id, own()) : "");
    changed();
    settling.later();
  });
  area.addEventListener("blur", () => visit.turn.then(settling.nowIfWaiting));

  noteField.hidden = true;
  const values = app.prepared.told.values.map((pair) => segment(item, pair, own().value === pair[0], choose));
  const legend = el("legend", {}, el("b", {}, item.code), ` ${item.text}`);
  const card = el(
    "li.item",
    { id: `item-${item.id}`, tabindex: "-1" },
    el("fieldset.field", { disabled: visit.isOver }, legend, el("div.segments", {}, ...values)),
    ...others(visit, item),
    dispute(visit, item),
    wrong,
    foundPlace,
    noteField,
    visit.isOver
      ? el("div.acts", {}, basis)
      : photoRow(app, visit, { item: item.id, finding: null, after: false }, item.code, "拍照", noteButton, basis),
    basisPlace,
  );
  follow();
  return card;
};
