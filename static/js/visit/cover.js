/* The screen is covered once the page was out of sight for fifteen minutes; below it everything stays as it was, and is sent. */
import { button, complain, complaint, el, field } from "./elements.js";
import { choose, chosen } from "./known.js";
import { SIGN_IN } from "./line.js";
import { isCode, isRight, newCode } from "./code.js";

const LONGEST_AWAY = 900000;
const MOST_WRONG = 5;
const COVERED = "covered";
const BARE_TITLE = "现场检查";

const keyOf = (user) => `away-${user}`;

/* Gone for too long, or the clock was moved meanwhile: nobody knows. */
const isTooLong = (since) => {
  const gone = Date.now() - Date.parse(since);
  return !(gone >= 0 && gone < LONGEST_AWAY);
};

export class Cover {
  constructor(store, body) {
    this.store = store;
    this.body = body;
    this.words = document.title;
    this.place = el("div.cover", { id: "cover", role: "main", hidden: true });
    body.prepend(this.place);
    document.addEventListener("visibilitychange", () => this.follow());
    window.addEventListener("pagehide", () => this.leave());
    this.come();
  }

  get key() {
    return keyOf(this.store.user);
  }

  /* How the page is called as long as it may be seen. */
  title(words) {
    this.words = words;
    document.title = this.place.hidden ? words : BARE_TITLE;
  }

  follow() {
    if (document.hidden) this.leave();
    else this.come();
  }

  /* Since when nobody looks at it; who is covered stays so. */
  leave() {
    if (chosen(this.key) !== COVERED) choose(this.key, new Date().toISOString());
  }

  come() {
    const before = chosen(this.key);
    if (before === COVERED || (before && isTooLong(before))) this.close();
    else choose(this.key, null);
  }

  close() {
    choose(this.key, COVERED);
    if (!this.place.hidden) return;
    this.body.dataset.covered = "";
    this.place.hidden = false;
    this.title(this.words);
    this.show();
  }

  open() {
    choose(this.key, null);
    this.place.hidden = true;
    this.place.textContent = "";
    delete this.body.dataset.covered;
    this.title(this.words);
  }

  async show() {
    const code = await this.store.code();
    const isUsable = Boolean(code) && code.wrong < MOST_WRONG;
    this.place.textContent = "";
    const head = el("h1", { tabindex: "-1" }, "请确认是本人");
    this.place.append(
      head,
      el("p", {}, "本页离开屏幕已超过15分钟，内容已遮住。已填的都在本机，联网时继续送出。"),
      ...(isUsable ? this.byCode() : []),
      code && !isUsable ? el("p.error", {}, "本机口令连续输错5次，已停用，请联网用登录密码打开。") : "",
      ...this.byPassword(),
    );
    head.focus();
  }

  byCode() {
    const input = codeInput();
    const wrong = complaint();
    const enter = async () => {
      // Counted before it is looked at: to open the page anew saves no try.
      const code = await this.store.code();
      await this.store.keepCode(Object.assign({}, code, { wrong: code.wrong + 1 }));
      if (await isRight(code, input.value)) {
        await this.store.keepCode(Object.assign({}, code, { wrong: 0 }));
        this.open();
      } else if (code.wrong + 1 >= MOST_WRONG) this.show();
      else {
        input.value = "";
        complain(wrong, `口令不对，还可以试 ${MOST_WRONG - code.wrong - 1} 次。`);
      }
    };
    return [form(enter, field("本机口令（6位数字）", input), wrong, "打开")];
  }

  byPassword() {
    const input = el("input", { type: "password", autocomplete: "current-password" });
    const wrong = complaint();
    const enter = async () => {
      const { words, address } = await confirm(this.store.user, input.value);
      input.value = "";
      complain(wrong, words);
      if (address) wrong.append(" ", el("a", { href: address }, "重新登录"));
      if (words) return;
      const code = await this.store.code();
      if (code) await this.store.keepCode(Object.assign({}, code, { wrong: 0 }));
      this.open();
    };
    return [form(enter, field("登录密码", input, "要有网络。"), wrong, "联网核对")];
  }
}

const codeInput = () => el("input", { type: "password", inputmode: "numeric", maxlength: 6, autocomplete: "off" });

/* One at a time, by the button or by the keyboard's own. */
const form = (enter, given, wrong, words) => {
  const go = el("button.button-primary", { type: "submit" }, words);
  const submit = async (event) => {
    event.preventDefault();
    if (go.disabled) return;
    go.disabled = true;
    await enter();
    go.disabled = false;
  };
  return el("form", { onsubmit: submit }, given, wrong, el("div.acts", {}, go));
};

const ask = (path, more) => fetch(`/phone/${path}`, Object.assign({ credentials: "same-origin", redirect: "manual", cache: "no-store" }, more));

/* Is it the password of the person whose page this is? No words: it is. */
const confirm = async (user, password) => {
  let answer, said;
  try {
    const greeting = await ask("session/");
    const { token } = await greeting.json();
    const marks = { "X-CSRFToken": token || "", "X-User": user };
    answer = greeting.status === 200 ? await ask("confirm/", { method: "POST", headers: marks, body: new URLSearchParams({ password }) }) : greeting;
    said = answer === greeting ? {} : await answer.json();
  } catch (why) {
    return { words: "没有连上办公系统，请在有网络的地方再试。" };
  }
  if (answer.status === 200 && said.user === user) return { words: "" };
  if (answer.status === 401) return { words: "登录已过期，请重新登录，回到这里再输一次密码。", address: SIGN_IN };
  return { words: said.words || "办公系统没有应答，请稍后再试。" };
};

/* On the list: a code for days without network. */
export const codeChoice = (store, hasCode, again, open = false) => {
  const first = codeInput();
  const second = codeInput();
  const wrong = complaint();
  const set = async () => {
    const words = !isCode(first.value) ? "本机口令应为6位数字。" : first.value !== second.value ? "两次输入的不一样。" : "";
    complain(wrong, words);
    if (words) return;
    await store.keepCode(await newCode(first.value));
    again();
  };
  const drop = async () => {
    await store.keepCode(null);
    again();
  };
  return el(
    "details",
    { open },
    el("summary", {}, hasCode ? "本机口令已设置" : "设置本机口令"),
    el("p.hint", {}, "本页离开屏幕超过15分钟会遮住。没有网络时，用这6位数字打开；不设的，要联网输入登录密码。它只遮住屏幕，不加密内容，请同时设好手机锁屏。"),
    field("6位数字", first),
    field("再输一次", second),
    wrong,
    el("div.acts", {}, button("保存口令", set), hasCode && button("不再使用", drop, ".button-quiet")),
  );
};
