/* The list: today's visits, what is still to be entered, and the days ahead. */
import { codeChoice } from "./cover.js";
import { button, el, note, state } from "./elements.js";
import { whenWords } from "./form.js";
import { freeRoom, hasRoom, opensOffline, persist } from "./room.js";
import { Visit } from "./visit.js";
import { countyDay, sizeWords } from "./words.js";

const OVER = ["concluded", "cancelled"];

const groupsOf = (visits, today) => {
  const isNow = (one) => one.planned_on === today || one.state === "running";
  const open = visits.filter((one) => !OVER.includes(one.state));
  return [
    ["今天的检查", open.filter(isNow)],
    ["补录", open.filter((one) => !isNow(one) && one.planned_on < today)],
    ["以后几天", open.filter((one) => !isNow(one) && one.planned_on > today)],
    ["最近结束", visits.filter((one) => OVER.includes(one.state))],
  ];
};

const readyState = (app, one) =>
  app.prepared.isReady(one.visit) ? state("good", "已备好，离线可用") : state("none", "未备好离线使用");

const card = (app, one, row) => {
  const visit = new Visit(app.store, app.prepared, one, row);
  const many = visit.items.length;
  const done = many - visit.unanswered.length;
  return el(
    "li.visit",
    {},
    el("a", { href: `#/visit/${one.visit}` }, one.place),
    el("p", {}, one.address),
    el("p", {}, `${whenWords(one)} · 牵头：${one.lead}`),
    el("p", {}, `本部门 ${done}/${many} 项 · ${visit.stateWords}`),
    !OVER.includes(one.state) && el("p", {}, readyState(app, one)),
  );
};

const prepare = async (app, said) => {
  if (!(await hasRoom())) {
    said("手机可用空间不足 200 MB，离线检查可能存不下照片。请先删去一些照片或应用，再按一次。");
    return;
  }
  if (!(await app.renew())) {
    said("没有连上办公系统，没有备好。请在有网络的地方再按一次。");
    return;
  }
  const open = app.prepared.visits.filter((one) => !OVER.includes(one.state));
  const isKept = await persist();
  if (!(await app.shellIsKept())) {
    said("检查内容已存到本机；但这个浏览器不能离线打开本页，请在手机自带的浏览器中打开，或者不要关闭本页。");
    return;
  }
  if (!(await app.keep(app.prepared.markReady(open.map((one) => one.visit))))) return;
  const promise = isKept ? "浏览器答应长期保存。" : "浏览器没有答应长期保存，请在七天之内打开本页送出。";
  said(`已备好 ${open.length} 次检查，没有网络也能打开。${promise}`);
};

const roomWords = async (place) => {
  const free = await freeRoom();
  place.textContent = free === null ? "本机可用空间：浏览器没有说明，备好时试存 200 MB" : `本机可用空间约 ${sizeWords(free)}`;
};

export const todayScreen = async (app, again) => {
  const records = new Map((await app.store.records()).map((row) => [row.visit, row]));
  const hasCode = Boolean(await app.store.code());
  const said = el("p", { role: "status" });
  const room = el("p.soft");
  roomWords(room);
  const all = button(
    "全部备好离线使用",
    async () => {
      all.disabled = true;
      said.textContent = "正在准备";
      await prepare(app, (words) => {
        app.prepareWords = words;
      });
      again();
    },
    ".button-primary.wide",
  );
  said.textContent = app.prepareWords || "";
  const groups = groupsOf(app.prepared.visits, countyDay(app.now()))
    .filter(([, visits]) => visits.length)
    .map(([title, visits]) =>
      el("section", {}, el("h2", {}, `${title}（${visits.length}）`), el("ul.visits", {}, ...visits.map((one) => card(app, one, records.get(one.visit))))),
    );
  const { saved } = app.prepared.told;
  const isExposed = !hasCode && app.prepared.visits.some((one) => app.prepared.isReady(one.visit));
  const code = codeChoice(app.store, hasCode, again, isExposed);
  return [
    el("h1", { tabindex: "-1" }, "现场检查"),
    el("p", {}, `${app.user.name}，${app.user.department}`),
    groups.length > 0 && opensOffline() && el("div.acts", {}, all),
    said,
    isExposed && note("warn", "还没有设本机口令：没有网络时，本页离开屏幕超过15分钟就打不开了。请先设好。"),
    isExposed && code,
    groups.length === 0 && note("none", "前十天到后七天没有安排您参加的检查。有新安排时，请在有网络的地方打开本页。"),
    ...groups,
    !isExposed && code,
    room,
    saved && el("p.soft", {}, `检查安排更新于 ${app.moment(saved)}`),
    el("div.acts", {}, el("a.button.button-quiet", { href: "/office/inspections/" }, "电脑端页面"), largeType()),
  ];
};

const largeType = () => {
  const isLarge = "elder" in document.documentElement.dataset;
  const address = `/elder/?on=${isLarge ? 0 : 1}&next=/phone/`;
  return el("a.button.button-quiet", { href: address }, isLarge ? "退出大字" : "大字");
};
