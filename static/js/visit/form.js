/* The page of one visit: begin it, then the own department's items, other problems, signatures, conclusion. */
import { button, complain, complaint, el, field, note, state } from "./elements.js";
import { foundCard, foundForm } from "./found.js";
import { itemCard } from "./item.js";
import { choose, chosen } from "./known.js";
import { photoRow } from "./photos.js";
import { hasRoom } from "./room.js";
import { typedText } from "./typed.js";
import { hereSoon, whereChoice } from "./where.js";
import { countyDay, dayWords, momentWords } from "./words.js";

const fact = (label, ...words) => el("div", {}, el("dt", {}, label), el("dd", {}, ...words));

const people = (visit) =>
  visit.bundle.people.map((one) => `${one.name}（${one.department}${one.certificate ? `，证号${one.certificate}` : ""}）`).join("、");

export const whenWords = ({ planned_on: on, at }) => `${dayWords(on)}${at ? ` ${at}` : ""}`;

const factsOf = (visit) => {
  const { bundle } = visit;
  return el(
    "dl.facts",
    {},
    fact("地址", bundle.address || "未登记"),
    bundle.telephone && fact("电话", el("a", { href: `tel:${bundle.telephone}` }, bundle.telephone)),
    fact("时间", whenWords(bundle)),
    fact("牵头", bundle.lead),
    fact("检查人员", people(visit)),
    bundle.prepare && fact("准备", bundle.prepare),
    fact("检查编号", bundle.number || "尚未编号"),
  );
};

/* Before the first answer: what is to be known, and the reason where the day is another one. */
const beginScreen = (app, visit, again) => {
  const { bundle } = visit;
  const isOtherDay = bundle.may_begin && !bundle.begun_at && bundle.planned_on !== countyDay(app.now());
  const reason = isOtherDay ? typedText(app, visit, "reason") : null;
  const wrong = complaint();
  const begin = async () => {
    const words = reason ? reason.value.trim() : "";
    if (reason && !words) {
      complain(wrong, "今天不是安排的检查日期，请写明理由。");
      reason.focus();
      return;
    }
    if (!app.isOnline() && !(await hasRoom())) {
      complain(wrong, "手机可用空间不足 200 MB，离线检查可能存不下照片。请先删去一些照片或应用，再开始。");
      return;
    }
    if (await app.keep(visit.begin(words, await hereSoon(app)))) again();
  };
  const begun = bundle.begun_at && `检查已于${momentWords(new Date(bundle.begun_at))}开始。`;
  return [
    factsOf(visit),
    begun && note("good", begun),
    !bundle.may_begin && !bundle.begun_at && note("warn", `这次检查处于“${bundle.state_words}”，现在不能开始。批准以后，请在有网络的地方打开本页刷新一次。`),
    reason && field("今天不是安排的检查日期，理由", reason, "提前、推迟检查，或者事后补录的原因。"),
    wrong,
    (bundle.may_begin || bundle.begun_at) && whereChoice(app),
    (bundle.may_begin || bundle.begun_at) &&
      el("div.acts", {}, button(begun ? "开始填写" : "开始检查", begin, ".button-primary.wide")),
    el("p.soft", {}, `本部门检查项共${visit.items.length}项，检查表：${app.prepared.told.checklists[bundle.checklist].name}`),
  ];
};

const matches = (item, words) => `${item.code}${item.text}`.toLowerCase().includes(words);

const progress = (visit) => {
  const left = visit.unanswered.length;
  if (!visit.items.length) return "检查表中没有由本部门检查的项。";
  return left ? `还有 ${left} 项未检查，共 ${visit.items.length} 项` : `${visit.items.length} 项都已有检查结果`;
};

const stampChoice = () => {
  const input = el("input", { type: "checkbox", checked: chosen("stamp") !== false });
  input.addEventListener("change", () => choose("stamp", input.checked));
  return el("div.choice", {}, el("label", {}, input, "照片另存一份加注地点、时间、部门（原图不变）"));
};

const otherFindings = (app, visit) => {
  const list = el("div");
  const show = () => {
    list.textContent = "";
    list.append(...visit.findings(null).map((one) => foundCard(app, visit, one, done)));
  };
  const done = () => {
    show();
    add.hidden = false;
    form.textContent = "";
    app.changed();
  };
  const form = el("div");
  const add = button("登记其他问题", () => {
    add.hidden = true;
    form.append(foundForm(app, visit, null, done));
  });
  show();
  if (visit.typed("found null")) add.click();
  return el("section", {}, el("h2", {}, "检查表以外的问题"), list, form, !visit.isOver && el("div.acts", {}, add));
};

const othersOf = (visit) =>
  visit.bundle.others.length > 0 &&
  el(
    "section",
    {},
    el("h2", {}, "其他部门"),
    el("ul.plain", {}, ...visit.bundle.others.map((one) => el("li", {}, `${one.department}：已检查 ${one.answered} 项，共 ${one.asked} 项`))),
  );

const concluding = (app, visit, again) => {
  const { conclusion } = visit.record;
  if (conclusion) {
    return el("section", {}, el("h2", {}, "检查结论"), el("p", {}, conclusion.words), el("p.soft", {}, app.moment(conclusion.at)));
  }
  const words = typedText(app, visit, "conclusion", 500);
  const wrong = complaint();
  const conclude = async () => {
    const said = words.value.trim();
    const left = visit.unanswered.length;
    const unsigned = !visit.signed("site").length && "现场负责人还没有签名，也没有登记拒签。";
    const lacking = (left && `本部门还有${left}项没有检查结果。`) || unsigned || (!said && "请写明检查结论。") || "";
    complain(wrong, lacking);
    if (!lacking && (await app.keep(visit.conclude(said)))) again();
  };
  return el(
    "section",
    {},
    el("h2", {}, "检查结论"),
    field("结论", words, "由牵头单位作出。其他部门还没有填完的，系统等他们填完再生效。"),
    wrong,
    el("div.acts", {}, button("作出结论", conclude)),
  );
};

/* The sections with their counts; `follow` brings the counts up to date. */
const stepper = (visit) => {
  const links = visit.areas.map((area) => {
    const link = el("a", { href: `#area-${area.code}` });
    link.addEventListener("click", (event) => {
      event.preventDefault();
      document.getElementById(`area-${area.code}`).scrollIntoView();
      document.getElementById(`area-${area.code}`).focus();
    });
    return { area, link };
  });
  const follow = () => {
    for (const { area, link } of links) {
      const done = area.items.filter((one) => visit.isAnswered(one.id)).length;
      link.textContent = `${area.code} ${done}/${area.items.length}`;
      link.setAttribute("aria-label", `${area.title}，已检查${done}项，共${area.items.length}项`);
      link.classList.toggle("is-done", done === area.items.length);
    }
  };
  return { node: el("nav.stepper", { "aria-label": "检查类别" }, ...links.map(({ link }) => link)), follow };
};

const search = (cards) => {
  const input = el("input", { type: "search", autocomplete: "off" });
  const none = el("p", { hidden: true, role: "status" }, "没有这样的检查项。");
  const narrow = () => {
    const words = input.value.trim().toLowerCase();
    let found = 0;
    for (const { item, card } of cards) {
      card.hidden = Boolean(words) && !matches(item, words);
      if (!card.hidden) found += 1;
    }
    none.hidden = found > 0;
    for (const area of document.querySelectorAll(".area")) {
      area.hidden = !area.querySelector(".item:not([hidden])");
    }
  };
  input.addEventListener("input", narrow);
  return el("div", {}, field("在检查项中查找", input), none);
};

const filling = (app, visit, again) => {
  const steps = stepper(visit);
  const left = el("p.left", { role: "status" });
  const rest = el("div.acts");
  const cards = [];
  const changed = () => {
    steps.follow();
    left.textContent = progress(visit);
    const many = visit.unanswered.filter((one) => !(visit.own(one.id) || {}).value).length;
    rest.textContent = "";
    if (many && !visit.isOver) rest.append(el("a.button", { href: `#/visit/${visit.id}/rest` }, `其余 ${many} 项全部合格`));
  };
  const areas = visit.areas.map((area) => {
    const items = area.items.map((item) => {
      const card = itemCard(app, visit, item, changed);
      cards.push({ item, card });
      return card;
    });
    const head = el("h2", { id: `area-${area.code}`, tabindex: "-1" }, `${area.code} ${area.title}`);
    return el("section.area", {}, head, el("ol.items", {}, ...items));
  });
  changed();
  app.next = cards.length ? () => nextOf(visit, cards) : null;
  const begun = visit.record.begun ? `${app.moment(visit.record.begun)} 开始填写` : "";
  return [
    el("details", {}, el("summary", {}, "检查安排"), factsOf(visit)),
    visit.record.checklist !== visit.bundle.checklist && note("warn", "检查表已经更换，这次检查仍按开始时的那一版填写。"),
    visit.isOver && note("good", `${visit.bundle.state_words}，内容只供查看。`),
    left,
    ...(cards.length ? [steps.node, search(cards)] : []),
    !visit.isOver && stampChoice(),
    !visit.isOver && whereChoice(app),
    ...areas,
    rest,
    otherFindings(app, visit),
    !visit.isOver &&
      el("section", {}, el("h2", {}, "全景照片"), el("p.hint", {}, "门头、证照等不属于某一检查项的照片。"), photoRow(app, visit, { item: null, finding: null, after: false }, "全景")),
    othersOf(visit),
    el("section", {}, el("h2", {}, "签名"), signedWords(visit), el("div.acts", {}, el("a.button", { href: `#/visit/${visit.id}/sign` }, "去签名"))),
    visit.bundle.is_lead && concluding(app, visit, again),
    el("p.soft", {}, begun),
    el("div.acts", {}, button("导出本次检查为文件", () => app.exportVisit(visit.id), ".button-quiet")),
  ];
};

const signedWords = (visit) => {
  const many = ["site", "officer", "witness"].reduce((sum, role) => sum + visit.signed(role).length, 0);
  return el("p", {}, many ? `已有 ${many} 个签名` : "还没有签名");
};

/* The next item without an answer behind the one in sight; from the end on again from the beginning. */
const nextOf = (visit, cards) => {
  const open = cards.filter(({ item, card }) => !card.hidden && !visit.isAnswered(item.id));
  if (!open.length) return null;
  const below = open.find(({ card }) => card.getBoundingClientRect().top > window.innerHeight / 3);
  return (below || open[0]).card;
};

export const visitScreen = (app, visit, again) => [
  el("a.back", { href: "#/" }, "返回列表"),
  el("h1", { tabindex: "-1" }, visit.bundle.place),
  visit.bundle.gone && note("warn", "这次检查已不在您的检查安排中（可能改派、取消或已结束）。本机上的内容仍会送出，由系统核对。"),
  el("p", {}, state(visit.isOver ? "good" : "none", visit.stateWords), ` · ${visit.bundle.department}`),
  ...(visit.record.begun || visit.isOver ? filling(app, visit, again) : beginScreen(app, visit, again)),
];

/* All the rest is fine: how many and which, before it is said. */
export const restScreen = (app, visit) => {
  const items = visit.unanswered.filter((one) => !(visit.own(one.id) || {}).value);
  const back = `#/visit/${visit.id}`;
  const confirm = async () => {
    if (await app.keep(visit.rest(items.map((one) => one.id)))) app.open(back);
  };
  return [
    el("a.back", { href: back }, "返回，不确认"),
    el("h1", { tabindex: "-1" }, `其余 ${items.length} 项全部合格`),
    el("p", {}, `${visit.bundle.place}，${visit.bundle.department}。下列各项都已检查、没有发现问题的，确认后一并记为合格；有一项没有查的，请返回逐项登记。`),
    el("ul", {}, ...items.map((one) => el("li", {}, `${one.code} ${one.text}`))),
    items.length > 0 && el("div.acts", {}, button(`确认以上 ${items.length} 项全部合格`, confirm, ".button-primary.wide")),
  ];
};
