/* Who signs on site: the person in charge or a refusal with its witness, witnesses, and the officers themselves. */
import { button, complain, complaint, el, field, note, state } from "./elements.js";
import { signaturePad } from "./pad.js";
import { typedLine, typedText } from "./typed.js";

const signedLine = (app, one) =>
  el(
    "li",
    {},
    one.refused ? state("warn", "拒绝签名") : state("good", "已签名"),
    ` ${one.name || ""}${one.post ? `（${one.post}）` : ""}`,
    one.refused && `：${one.refused}${one.witness ? `，见证人${one.witness}` : ""}`,
    one.at && el("span.soft", {}, ` ${app.moment(one.at)}`),
  );

const signedList = (app, visit, role) => {
  const signed = visit.signed(role);
  return signed.length > 0 && el("ul.plain", {}, ...signed.map((one) => signedLine(app, one)));
};

/* A name, a post where one has it, and the strokes. */
const signing = (app, visit, { role, what, hasPost, name = "" }, again) => {
  const named = name ? null : typedLine(app, visit, `sign ${role} name`, 40);
  const post = hasPost ? typedLine(app, visit, `sign ${role} post`, 40) : null;
  const pad = signaturePad(`${what}签名处`);
  const wrong = complaint();
  const sign = async () => {
    const who = name || named.value.trim();
    const words = !who ? "请填写姓名。" : pad.isEmpty() ? "还没有签名，请在框内书写。" : "";
    complain(wrong, words);
    if (words) return;
    const given = { role, name: who, post: post ? post.value.trim() : "", refused: "", witness: "" };
    if (await app.keep(visit.sign(given, await pad.taken()))) again();
  };
  return el(
    "div",
    {},
    named && field("姓名", named),
    post && field("职务", post),
    el("p.hint", {}, `${name ? `${name}，` : ""}请在框内签名`),
    pad.node,
    wrong,
    el("div.acts", {}, button("确认签名", sign)),
  );
};

const refusing = (app, visit, again) => {
  const reason = typedText(app, visit, "sign site refused");
  const name = typedLine(app, visit, "sign site name", 40);
  const witness = typedLine(app, visit, "sign site witness", 40);
  const wrong = complaint();
  const refuse = async () => {
    const given = {
      role: "site",
      name: name.value.trim(),
      post: "",
      refused: reason.value.trim(),
      witness: witness.value.trim(),
    };
    const words = !given.refused ? "请写明拒绝签名的情况。" : !given.witness ? "请填写见证人。" : "";
    complain(wrong, words);
    if (!words && (await app.keep(visit.sign(given, null)))) again();
  };
  return el(
    "div",
    {},
    field("拒签的人", name, "不知道姓名的可以空着。"),
    field("拒绝签名的情况", reason),
    field("见证人", witness),
    wrong,
    el("div.acts", {}, button("登记拒绝签名", refuse)),
  );
};

const section = (title, ...content) => el("section", {}, el("h2", {}, title), ...content);

/* The forms of a signature are shown until it is there. */
const more = (isThere, build) => {
  if (!isThere) return build();
  const open = button("再签一次", () => open.replaceWith(build()), ".button-quiet");
  return open;
};

const ofSite = (app, visit, again) => {
  const place = el("div");
  const show = (build) => {
    place.textContent = "";
    place.append(build());
  };
  const sign = () => signing(app, visit, { role: "site", what: "现场负责人", hasPost: true }, again);
  const isRefused = el("input", { type: "checkbox" });
  isRefused.addEventListener("change", () => show(isRefused.checked ? () => refusing(app, visit, again) : sign));
  show(sign);
  return el("div", {}, el("div.choice", {}, el("label", {}, isRefused, "对方拒绝签名")), place);
};

export const signScreen = (app, visit, again) => {
  const me = visit.bundle.people.find((one) => one.me);
  const name = me ? me.name : app.user.name;
  const hasSigned = visit.signed("officer").some((one) => one.name === name);
  const officers = { role: "officer", what: "检查人员", hasPost: false, name };
  const witness = () => signing(app, visit, { role: "witness", what: "见证人", hasPost: true }, again);
  return [
    el("a.back", { href: `#/visit/${visit.id}` }, "返回检查"),
    el("h1", { tabindex: "-1" }, "签名"),
    el("p", {}, visit.bundle.place),
    visit.unanswered.length > 0 &&
      note("warn", `还有${visit.unanswered.length}项没有检查结果，签名前请先向对方说明检查情况。`),
    visit.isOver && note("good", "检查已结束，不再签名。"),
    section("被检查单位现场负责人", signedList(app, visit, "site"), !visit.isOver && more(visit.signed("site").length, () => ofSite(app, visit, again))),
    section("检查人员", signedList(app, visit, "officer"), !visit.isOver && more(hasSigned, () => signing(app, visit, officers, again))),
    section("见证人（有的话）", signedList(app, visit, "witness"), !visit.isOver && el("details", {}, el("summary", {}, "见证人签名"), witness())),
  ];
};
