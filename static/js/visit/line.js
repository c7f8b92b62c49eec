/* The one honest line: what is on this phone only, what has arrived, what needs a person; and what must be said above. */
import { isTrouble, isUnsent } from "./acts.js";
import { button, el, note, state } from "./elements.js";
import { opensOffline } from "./room.js";
import { spanWords } from "./words.js";

const ALARM = 3 * 86400000;
const WRONG_CLOCK = 300000;
const SHORT = { offline: "没有网络", "signed-out": "请重新登录", "other-user": "请由本人登录", unclear: "办公系统没有应答" };
export const SIGN_IN = "/office/sign-in/?next=/phone/";

export const signInLink = (address, words = "重新登录") => el("a.button", { href: address || SIGN_IN }, words);

/* Why the sign-in does not do, if the office has said so. */
const awayNote = ({ words, address }) =>
  note("warn", `${words || "登录已过期。"}本机上的内容都还在，可以继续填写；重新登录后自动送出。`, el("p", {}, signInLink(address)));

/* Tone and words of the line. Of what has arrived only the visits in the list are counted. */
export const lineOf = ({ items, status, shown }) => {
  const trouble = items.filter(isTrouble).length;
  const unsent = items.filter(isUnsent).length;
  const arrived = items.filter((row) => row.state === "arrived" && shown(row.visit)).length;
  const words = [
    trouble && `需处理 ${trouble}`,
    unsent && `本机未送达 ${unsent}`,
    arrived && `已送达 ${arrived}`,
    unsent > 0 && status === "sending" && "正在送出",
    unsent > 0 && SHORT[status],
    unsent === 0 && status === "signed-out" && SHORT[status],
  ];
  const tone = trouble ? "bad" : unsent ? "warn" : arrived ? "good" : "none";
  return { tone, words: words.filter(Boolean).join(" · ") || "本机没有待送内容" };
};

const oldest = (items) =>
  items.filter((row) => isTrouble(row) || isUnsent(row)).reduce((first, row) => Math.min(first, Date.parse(JSON.parse(row.text).at)), Infinity);

const alarm = (items) => {
  const age = Date.now() - oldest(items);
  if (!(age > ALARM)) return null;
  const words = `本机上有内容已经 ${spanWords(age)}没有送达。请马上到有网络的地方打开本页，或者导出文件交双减办。`;
  return el("div.note.note-bad", { role: "alert" }, el("p", {}, el("b", {}, words)), el("p", {}, el("a", { href: "#/acts" }, "查看并导出")));
};

const clock = (offset) => {
  if (offset === null || Math.abs(offset) < WRONG_CLOCK) return null;
  const how = offset > 0 ? "慢" : "快";
  return note("warn", `手机时间比办公系统${how}了 ${spanWords(offset)}，请在手机设置中改为自动校准。记录的时间会按办公系统的时间更正。`);
};

const emptied = (app) => {
  if (!app.emptied) return null;
  const { visits, unsent } = app.emptied;
  const lost = unsent ? `其中 ${unsent} 条当时还没有送达，请对照电脑端核对后补填。` : "当时都已送达，办公系统里都有。";
  const words = `浏览器清空了本机存储：这里原来存有 ${visits} 次检查，现在没有了。${lost}`;
  return el("div.note.note-bad", { role: "alert" }, el("p", {}, words), button("我知道了", () => app.acknowledge()));
};

/* What stands above every page, the gravest first. */
export const noticesOf = (app, { items, others, offset }) => [
  emptied(app),
  alarm(items),
  app.status === "signed-out" && awayNote(app.away),
  !opensOffline() && note("warn", "现在的浏览器（例如微信内）不能离线打开本页。已填的内容仍存在本机；请点右上角菜单，选择“在浏览器中打开”，再继续填写。"),
  clock(offset),
  others > 0 && note("none", `另一位用户还有 ${others} 条未送出，须由其本人登录后送出，这里不显示内容。`),
  app.isOutdated && note("none", "本页有新版本，已填的内容不受影响。", el("p", {}, button("启用新版本", () => app.openAnew()))),
];

export const showLine = (place, said) => {
  place.closest("footer").hidden = false;
  const { tone, words } = lineOf(said);
  if (place.textContent === words) return;
  place.textContent = "";
  place.append(state(tone, words));
};
