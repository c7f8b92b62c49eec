/* Problems on site: written down, put right at once, or taken back. */
import { button, complain, complaint, el, field, grown, note, state, unfolded } from "./elements.js";
import { photoRow } from "./photos.js";
import { typedText, watched } from "./typed.js";

const MOST_DAYS = 365;

const options = (select, pairs, value) => {
  for (const [code, words] of pairs) select.append(el("option", { value: code }, words));
  select.value = String(value);
  return select;
};

const outcome = (app, finding) => {
  if (finding.outcome_words && !finding.fixed) return finding.outcome_words;
  const { modes, severities } = app.prepared.told;
  const words = (pairs, code) => (pairs.find(([one]) => one === code) || ["", ""])[1];
  if (finding.fixed) return "立行立改，已当场改正";
  const days = finding.mode === "in_time" && finding.days ? `，建议${finding.days}天内` : "";
  return `${words(severities, finding.severity)}，${words(modes, finding.mode)}${days}`;
};

const wrongIn = (found) => {
  if (!found.fact) return "请写明问题事实。";
  if (found.mode === "in_time" && !(Number.isInteger(found.days) && found.days >= 1 && found.days <= MOST_DAYS)) {
    return `限期整改请写明建议的天数（1至${MOST_DAYS}的整数）。`;
  }
  return "";
};

/* The form of a new problem: proposals come from the item; what is typed is kept before it is registered. */
export const foundForm = (app, visit, item, done) => {
  const key = `found ${item ? item.id : null}`;
  const proposal = item || { severity: 2, mode: "in_time", days: 7 };
  const before = visit.typed(key) || { fact: "", severity: proposal.severity, mode: proposal.mode, days: proposal.days, fixed: "" };
  const { modes, severities } = app.prepared.told;
  const fact = grown(el("textarea.lines", { rows: 2, maxlength: 500, value: before.fact }));
  const severity = options(el("select"), severities, before.severity);
  const mode = options(el("select"), modes, before.mode);
  const days = el("input", { type: "number", min: 1, max: MOST_DAYS, inputmode: "numeric", value: before.days || "" });
  const fixed = grown(el("textarea.lines", { rows: 2, maxlength: 300, value: before.fixed }));
  const daysField = field("建议整改天数", days);
  const fixedField = field("当场改正情况", fixed, "已经当场改正的写明怎样改的；还没有改的先空着。");
  const wrong = complaint();

  const said = () => ({
    fact: fact.value.trim(),
    severity: Number(severity.value),
    mode: mode.value,
    days: mode.value === "in_time" ? Number(days.value) || null : null,
    fixed: mode.value === "on_the_spot" ? fixed.value.trim() : "",
  });
  const draft = () => Object.assign(said(), { fact: fact.value, fixed: fixed.value, days: Number(days.value) || null });
  const keep = () => app.keep(visit.type(key, draft()));
  const follow = () => {
    daysField.hidden = mode.value !== "in_time";
    fixedField.hidden = mode.value !== "on_the_spot";
  };

  for (const input of [fact, days, fixed]) watched(input, keep);
  for (const select of [severity, mode]) select.addEventListener("change", () => keep() && follow());
  follow();

  const register = async () => {
    const found = said();
    const words = wrongIn(found);
    complain(wrong, words);
    if (words) {
      (found.fact ? days : fact).focus();
      return;
    }
    if (await app.keep(visit.register(item ? item.id : null, found))) done();
  };

  return el(
    "div.found",
    {},
    field("问题事实", fact, "写看到的事实：在哪里、什么情况、多少。"),
    el("div.pair", {}, field("严重程度", severity), field("整改方式", mode)),
    daysField,
    fixedField,
    wrong,
    el("div.acts", {}, button("登记这个问题", register)),
  );
};

/* One registered problem, with what may still be done about it. */
export const foundCard = (app, visit, finding, done) => {
  const canFix = finding.mode !== "case" && !finding.fixed && !visit.isOver;
  const fixing = () => {
    const words = typedText(app, visit, `fix ${finding.id}`);
    const wrong = complaint();
    const fix = async () => {
      complain(wrong, words.value.trim() ? "" : "请写明怎样改正的。");
      if (words.value.trim() && (await app.keep(visit.fix(finding, words.value.trim())))) done();
    };
    return el("div", {}, field("怎样改正的", words), wrong, el("div.acts", {}, button("登记当场改正", fix)));
  };
  const withdrawing = () => {
    const words = typedText(app, visit, `withdraw ${finding.id}`);
    const wrong = complaint();
    const withdraw = async () => {
      complain(wrong, words.value.trim() ? "" : "请写明撤销的理由。");
      if (words.value.trim() && (await app.keep(visit.withdraw(finding, words.value.trim())))) done();
    };
    const told = note("warn", "撤销后仍可查看，不再计入问题。");
    return el("div", {}, told, field("撤销理由", words), wrong, el("div.acts", {}, button("撤销这个问题", withdraw, ".button-danger")));
  };
  const [fix, fixPlace] = unfolded("当场改正", fixing);
  const [withdraw, withdrawPlace] = unfolded("撤销", withdrawing);
  const place = (after) => ({ item: null, finding: finding.id, after });
  return el(
    "div.found",
    {},
    el("p", {}, state(finding.fixed ? "good" : "bad", outcome(app, finding)), ` ${finding.fact}`),
    typeof finding.fixed === "string" && finding.fixed && el("p", {}, `当场改正：${finding.fixed}`),
    !visit.isOver && photoRow(app, visit, place(false), "问题", "拍问题"),
    !visit.isOver && finding.mode !== "case" && photoRow(app, visit, place(true), "改正后", "拍改正后"),
    !visit.isOver && el("div.acts", {}, canFix && fix, withdraw),
    fixPlace,
    withdrawPlace,
  );
};
