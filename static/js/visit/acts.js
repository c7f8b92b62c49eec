/* Where everything stands that was done on this phone, in words, and what to do about it. */
import { button, el, state } from "./elements.js";
import { actWords, countWords } from "./words.js";

const TROUBLE = {
  conflict: ["warn", "内容有冲突", "两份都保留着，由牵头单位在电脑端核对采信。"],
  refused: ["bad", "办公系统没有接受", "内容仍在本机。请按原因更正后重新登记；有疑问的，导出文件交双减办。"],
  incomplete: ["bad", "缺照片", "文字已送达，照片在本机找不到了。请重新拍照，并把情况告诉双减办。"],
};
const WAITING = ["waiting", "sending"];

export const isTrouble = (row) => row.state in TROUBLE && !row.seen;
const isSeen = (row) => row.state in TROUBLE && Boolean(row.seen);
export const isUnsent = (row) => WAITING.includes(row.state);

const line = (app, row) => {
  const bundle = app.prepared.visit(row.visit);
  const { head, said, at } = actWords(row, app.prepared.checklist(JSON.parse(row.text).checklist));
  const [tone, words, advice] = TROUBLE[row.state] || ["none", "在本机，等待送出", ""];
  return el(
    "li",
    {},
    state(tone, words),
    el("p", {}, el("b", {}, head)),
    ...said.map((words) => el("p", {}, words)),
    row.words && el("p", {}, `原因：${row.words}`),
    advice && el("p", {}, advice),
    row.state === "refused" && !row.seen && el("div.acts", {}, button("知道了", () => app.see(row), ".button-quiet")),
    el("p.soft", {}, `${bundle ? bundle.place : "检查"}，${app.moment(at)}`),
  );
};

const exports = (app, rows) =>
  Array.from(new Set(rows.map((row) => row.visit)), (id) => {
    const bundle = app.prepared.visit(id);
    return button(`导出：${bundle ? bundle.place : id}`, () => app.exportVisit(id));
  });

const list = (app, title, rows) =>
  rows.length > 0 && el("section", {}, el("h2", {}, `${title}（${rows.length}）`), el("ul.acts-list", {}, ...rows.map((row) => line(app, row))));

export const actsScreen = async (app) => {
  const { items, blobs } = await app.store.overview();
  const [trouble, unsent] = [items.filter(isTrouble), items.filter(isUnsent)];
  const arrived = items.filter((row) => row.state === "arrived");
  const seen = items.filter(isSeen);
  const rest = trouble.concat(unsent, seen);
  return [
    el("a.back", { href: "#/" }, "返回列表"),
    el("h1", { tabindex: "-1" }, "送达情况"),
    el("p", {}, app.statusWords()),
    rest.length === 0 && el("p", {}, state("good", "本机上的内容都已送达")),
    unsent.length > 0 && el("div.acts", {}, button("现在送出", () => app.send(), ".button-primary")),
    list(app, "需要处理", trouble),
    list(app, "还在本机", unsent),
    list(app, "已阅", seen),
    blobs.length > 0 && el("p.soft", {}, `本机还存着 ${blobs.length} 张照片和签名，办公系统确认收到后才会删去。`),
    arrived.length > 0 && el("section", {}, el("h2", {}, `已送达（${arrived.length}）`), el("p", {}, countWords(arrived))),
    rest.length > 0 &&
      el("section", {}, el("h2", {}, "送不出去时"), el("p", {}, "导出的文件交双减办，由电脑端导入，与联网送出效果相同。"), el("div.stack-acts", {}, ...exports(app, rest))),
    app.prepared.told.saved && el("p.soft", {}, `检查安排更新于 ${app.moment(app.prepared.told.saved)}`),
  ];
};
