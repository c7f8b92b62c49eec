/* Days, moments and acts in the office's words. */
const ZONE = "Asia/Shanghai";
const PARTS = new Intl.DateTimeFormat("en-GB", {
  timeZone: ZONE,
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hour12: false,
});

const parts = (moment) => {
  const found = {};
  for (const { type, value } of PARTS.formatToParts(moment)) found[type] = value;
  return found;
};

/* The county's day of a moment: 2026-07-06. */
export const countyDay = (moment) => {
  const { year, month, day } = parts(moment);
  return `${year}-${month}-${day}`;
};

/* 2026年7月6日. */
export const dayWords = (day) => {
  const [year, month, date] = day.split("-").map(Number);
  return `${year}年${month}月${date}日`;
};

/* 2026年7月6日 09:02. */
export const momentWords = (moment) => {
  const { hour, minute } = parts(moment);
  return `${dayWords(countyDay(moment))} ${hour === "24" ? "00" : hour}:${minute}`;
};

/* 3天2小时, of milliseconds. */
export const spanWords = (milliseconds) => {
  const minutes = Math.round(Math.abs(milliseconds) / 60000);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
  if (days) return `${days}天${hours ? `${hours}小时` : ""}`;
  return hours ? `${hours}小时${minutes % 60 ? `${minutes % 60}分` : ""}` : `${minutes}分钟`;
};

/* 1.2 GB, 350 MB. */
export const sizeWords = (bytes) =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.max(0, Math.floor(bytes / 1e6))} MB`;

const KINDS = {
  begin: "开始检查",
  answer: "检查结果",
  rest: "其余均合格",
  finding: "登记问题",
  fix: "登记当场改正",
  withdraw: "撤销问题",
  photo: "照片",
  sign: "签名",
  conclude: "检查结论",
};

/* How many acts of each kind: 检查结果 12、照片 3. */
export const countWords = (rows) => {
  const counts = new Map();
  for (const { kind } of rows) counts.set(kind, (counts.get(kind) || 0) + 1);
  return Array.from(counts, ([kind, many]) => `${KINDS[kind] || kind} ${many}`).join("、");
};

/* What one act says, from its text: the item, and what was typed. */
export const actWords = (row, checklist) => {
  const { body, at } = JSON.parse(row.text);
  const item = checklist && body.item ? checklist.item(body.item) : null;
  const value = checklist && body.value ? checklist.value(body.value) : "";
  const typed = [body.note, body.found && body.found.fact, body.words, body.conclusion, body.name, body.refused];
  const about = [item && item.code, value].filter(Boolean).join(" ");
  const head = [KINDS[row.kind] || row.kind, about].filter(Boolean).join("：");
  return { head, said: [item && item.text].concat(typed).filter(Boolean), at };
};
