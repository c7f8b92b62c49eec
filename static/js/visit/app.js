/* The phone's page: who is here, which screen is shown, and where everything stands. */
import { actsScreen, isUnsent } from "./acts.js";
import { Cover } from "./cover.js";
import { button, el, note } from "./elements.js";
import { restScreen, visitScreen } from "./form.js";
import { forget, lastUser, remember, rememberUser, remembered, wantsLargeType } from "./known.js";
import { noticesOf, showLine, signInLink } from "./line.js";
import { Prepared, askOffice } from "./prepared.js";
import { startQueue } from "./queue.js";
import { flush } from "./quiet.js";
import { signScreen } from "./sign.js";
import { NotSavedError, Store } from "./store.js";
import { todayScreen } from "./today.js";
import { Visit } from "./visit.js";
import { momentWords } from "./words.js";
import { keepShell, shellIsKept } from "./shell.js";

const main = document.querySelector("main");
const notices = document.getElementById("notices");
const trouble = document.getElementById("trouble");
const line = document.getElementById("line");
const next = document.getElementById("next");
// So long nobody asks anew what others have done.
const OLD = 30000;
const STATUS = {
  starting: "正在打开。",
  sending: "正在送出。",
  idle: "已连接办公系统。",
};

const fill = (place, nodes) => {
  place.textContent = "";
  place.append(...nodes.filter(Boolean));
};

class App {
  constructor(user) {
    this.user = user;
    this.store = new Store(user.id);
    this.status = "starting";
    this.words = "";
    this.offset = null;
    this.pictures = new Map();
    this.shown = 0;
    this.arrived = 0;
    this.asked = 0;
    this.away = {};
    this.shellIsKept = shellIsKept;
  }

  async start() {
    this.cover = new Cover(this.store, document.body);
    this.prepared = await Prepared.open(this.store);
    this.offset = await this.store.offset();
    const records = await this.store.records();
    this.emptied = records.length ? null : remembered(this.user.id);
    await this.settle(records);
    window.addEventListener("hashchange", () => this.show());
    document.addEventListener("visibilitychange", () => document.hidden || this.follow());
    next.addEventListener("click", () => this.goOn());
    await this.show(true);
    this.queue = startQueue({ store: this.store, tell: (said) => this.hear(said) });
    if (await this.renew()) this.refresh();
  }

  /* Answers whose tab was killed before they became acts. */
  async settle(records) {
    for (const { visit } of records) {
      const found = await Visit.open(this.store, this.prepared, visit);
      if (found) await this.keep(found.settleAll());
    }
  }

  /* The moment by the office's clock. */
  now() {
    return new Date(Date.now() + (this.offset || 0));
  }

  /* A moment of this phone, as the office's clock would tell it. */
  moment(at) {
    return momentWords(new Date(Date.parse(at) + (this.offset || 0)));
  }

  isOnline() {
    return ["sending", "idle"].includes(this.status);
  }

  statusWords() {
    return this.words || STATUS[this.status] || "";
  }

  /* What the queue says of the way to the office. */
  async hear({ status, words }) {
    this.status = status;
    this.words = words;
    const before = this.arrived;
    await this.follow();
    this.isBehind = this.isBehind || this.arrived > before;
    if (status === "other-user") await this.renew();
    else if (status === "idle") await this.catchUp();
  }

  /* What has arrived, and what others do, changes what the office would say: asked when the list is looked at, not after each answer. */
  async catchUp() {
    const isOld = Date.now() - this.asked > OLD;
    if ((this.isBehind || isOld) && this.route().screen === "today" && (await this.renew())) this.refresh();
  }

  /* The office's newest word of the visits; another person who has signed in gets a page of their own. */
  async renew() {
    this.asked = Date.now();
    const { said, words, address } = await askOffice();
    this.away = { words, address };
    if (!said) return false;
    this.isBehind = false;
    if (said.user.id !== this.user.id) {
      rememberUser(said.user);
      await this.openAnew(location.pathname);
      return false;
    }
    rememberUser(said.user);
    this.user = said.user;
    this.offset = Date.parse(said.now) - Date.now();
    return this.tried(this.prepared.renew(said, await this.store.records()));
  }

  /* Was it kept? If not, the page says so, and what can be done. */
  async tried(promise) {
    try {
      await promise;
    } catch (why) {
      this.trouble(why);
      return false;
    }
    return true;
  }

  /* The same of what somebody has done, and it is to be sent: what was wrong before has been read. */
  async keep(promise) {
    const isKept = await this.tried(promise);
    if (isKept) {
      fill(trouble, []);
      this.changed();
    }
    return isKept;
  }

  trouble(why) {
    if (!(why instanceof NotSavedError)) throw why;
    const { visit } = this.route();
    const out = visit && button("导出本次检查为文件", () => this.exportVisit(visit));
    fill(trouble, [note("bad", why.message, out)]);
  }

  /* Not before all that was typed is on the disk: where it could not be kept, it stays in its fields. */
  async openAnew(address = location.href) {
    await flush();
    if (trouble.firstChild) return;
    history.replaceState(null, "", address);
    location.reload();
  }

  changed() {
    this.follow();
    if (this.queue) this.queue.kick();
  }

  async see({ number }) {
    if (await this.tried(this.store.see(number))) this.follow();
  }

  async send() {
    if (await this.tried(this.store.hurry())) this.queue.kick();
  }

  /* The line and the notices, brought up to date. */
  async follow() {
    const { items } = await this.store.overview();
    const records = await this.store.records();
    const others = await this.store.othersWaiting();
    this.offset = this.offset === null ? await this.store.offset() : this.offset;
    const { offset, status } = this;
    showLine(line, { items, status, shown: (id) => Boolean(this.prepared.visit(id)) });
    this.arrived = items.filter((row) => row.state === "arrived").length;
    this.notice(noticesOf(this, { items, others, offset }).filter(Boolean));
    if (!this.emptied && records.length) remember(this.user.id, records.length, items.filter(isUnsent).length);
    if (this.route().screen === "acts" && this.drawn !== JSON.stringify([items.map((row) => [row.state, row.words, row.seen]), status])) {
      this.drawn = JSON.stringify([items.map((row) => [row.state, row.words, row.seen]), status]);
      this.refresh();
    }
  }

  /* What stands there already is not taken from under a finger. */
  notice(nodes) {
    const words = nodes.map((one) => one.textContent).join("");
    if (words !== notices.textContent || nodes.length !== notices.children.length) fill(notices, nodes);
  }

  acknowledge() {
    this.emptied = null;
    forget(this.user.id);
    this.follow();
  }

  picture(id, data, type) {
    if (!this.pictures.has(id)) this.pictures.set(id, URL.createObjectURL(new Blob([data], { type })));
    return this.pictures.get(id);
  }

  async exportVisit(id) {
    await flush();
    const file = await this.store.export(id);
    const address = URL.createObjectURL(file);
    const link = el("a", { href: address, download: `检查-${id}.dingbian` });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  }

  route() {
    const [, first, visit, tail] = location.hash.split("/");
    if (first === "acts") return { screen: "acts" };
    if (first === "visit" && visit) return { screen: tail || "visit", visit: decodeURIComponent(visit) };
    return { screen: "today" };
  }

  open(hash) {
    if (location.hash === hash) this.show();
    else location.hash = hash;
  }

  /* Only what shows lists is drawn anew by itself; what somebody types in stays. */
  refresh() {
    if (["today", "acts"].includes(this.route().screen) || "missing" in main.dataset) this.show(true);
  }

  async show(isFirst = false) {
    this.shown += 1;
    const turn = this.shown;
    await flush();
    this.next = null;
    const nodes = await this.screen();
    if (turn !== this.shown) return;
    fill(main, nodes.flat());
    next.hidden = !this.next;
    const head = main.querySelector("h1");
    this.cover.title(`${head.textContent} - 现场检查`);
    if (!isFirst) {
      window.scrollTo(0, 0);
      head.focus();
    }
    await this.follow();
    if (!isFirst) this.catchUp();
  }

  async screen() {
    const { screen, visit: id } = this.route();
    const again = () => this.show();
    delete main.dataset.missing;
    if (screen === "today") return todayScreen(this, again);
    if (screen === "acts") return actsScreen(this);
    const visit = await Visit.open(this.store, this.prepared, id);
    if (!visit) {
      main.dataset.missing = "";
      return missingScreen();
    }
    if (screen === "sign") return signScreen(this, visit, again);
    if (screen === "rest") return restScreen(this, visit);
    return visitScreen(this, visit, again);
  }

  goOn() {
    const card = this.next();
    if (!card) {
      next.hidden = true;
      return;
    }
    card.scrollIntoView();
    card.querySelector("input:checked, input").focus({ preventScroll: true });
  }
}

const missingScreen = () => [
  el("a.back", { href: "#/" }, "返回列表"),
  el("h1", { tabindex: "-1" }, "本机没有这次检查"),
  el("p", {}, "可能还没有备好，或者没有安排您参加。请在有网络的地方打开列表。"),
];

const STRANGER = {
  offline: "没有网络，本机也还没有存过检查。请在有网络的地方打开本页。",
  unclear: "办公系统没有应答，请稍后再打开本页。",
  "signed-out": "登录一次以后，备好的检查没有网络也能打开。",
  stranger: "您的账号不参加现场检查。检查人员请用自己的账号登录；其他工作请用电脑端页面。",
};

/* Nobody was ever here. */
const strangerScreen = ({ status, words, address }) => [
  el("h1", { tabindex: "-1" }, "现场检查"),
  words && el("p", {}, words),
  el("p", {}, STRANGER[status]),
  el("div.acts", {}, status === "signed-out" ? signInLink(address, "登录") : button("再试一次", () => location.reload())),
];

const cannotKeep = () =>
  !window.indexedDB || !window.crypto.subtle
    ? "这个浏览器不能在本机保存内容（可能是无痕模式，或者网址不是 https 开头）。请用手机自带的浏览器打开。"
    : "";

const start = async () => {
  if (wantsLargeType()) document.documentElement.dataset.elder = "";
  const words = cannotKeep();
  if (words) {
    fill(main, [el("h1", {}, "现场检查"), note("bad", words)]);
    return;
  }
  let user = lastUser();
  if (!user) {
    const told = await askOffice();
    if (!told.said) {
      fill(main, strangerScreen(told));
      return;
    }
    user = told.said.user;
    rememberUser(user);
  }
  const app = new App(user);
  keepShell({
    tell: () => {
      app.isOutdated = true;
      app.follow();
    },
    openAnew: () => app.openAnew(),
  });
  try {
    await app.start();
  } catch (why) {
    fill(main, [el("h1", {}, "现场检查"), note("bad", "本机存储打不开，请关闭其他窗口后重新打开本页。")]);
    throw why;
  }
};

start();
