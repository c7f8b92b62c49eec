/* Photos beside an item, a finding or the whole visit: straight from the camera, kept with their hash. */
import { button, complain, complaint, el } from "./elements.js";
import { chosen } from "./known.js";
import { RefusedPhotoError, prepare } from "./photo.js";
import { flush } from "./quiet.js";
import { here, look, stampWords } from "./where.js";
import { momentWords } from "./words.js";

const isSame = (one, other) =>
  Boolean(one) && one.item === other.item && one.finding === other.finding && one.after === other.after;

const stampOf = (app, visit, where) => {
  if (chosen("stamp") === false) return [];
  const lines = [visit.bundle.place, momentWords(app.now()), app.user.department];
  return where ? lines.concat(stampWords(where)) : lines;
};

/* One photo as it stands: its picture as long as it is on the phone, a word when it has arrived. */
const tile = async (app, photo, words) => {
  const { row, data } = await app.store.blob(photo.id);
  if (!row || !data) return el("li.tile", {}, el("span.tile-word", {}, el("span.unseen", {}, words), "已送达"));
  const src = app.picture(photo.id, data, row.type);
  const image = el("img", { src, alt: words, loading: "lazy" });
  return el("li.tile", {}, image, row.words && el("p.error", {}, row.words));
};

const picker = (camera, taken) => {
  const given = { type: "file", accept: "image/*", multiple: true, hidden: true, tabindex: "-1" };
  if (camera) given.capture = "environment";
  const input = el("input", given);
  input.addEventListener("change", async () => {
    const files = Array.from(input.files);
    await taken(files);
    input.value = "";
  });
  return input;
};

/* `place`: {item, finding, after}; `about`: what the photos are of; `beside`: other buttons of the same row. */
export const photoRow = (app, visit, place, about, label = "拍照", ...beside) => {
  const list = el("ul.tiles", {});
  const busy = el("p.soft", { role: "status", hidden: true });
  const wrong = complaint();

  const show = async () => {
    const photos = visit.photos(place);
    const tiles = await Promise.all(photos.map((one, at) => tile(app, one, `${about}照片${at + 1}`)));
    list.textContent = "";
    list.append(...tiles);
    list.hidden = !tiles.length;
  };

  const take = async (files) => {
    complain(wrong, "");
    busy.hidden = false;
    const refused = [];
    for (const [at, file] of files.entries()) {
      busy.textContent = `正在保存照片 ${at + 1}/${files.length}`;
      try {
        const photo = await prepare(file);
        const where = here(app);
        await visit.photograph(place, photo, stampOf(app, visit, where), where);
        app.picture(photo.id, photo.data, photo.type);
      } catch (why) {
        if (why instanceof RefusedPhotoError) refused.push(why.message);
        else app.trouble(why, visit);
      }
    }
    busy.hidden = true;
    complain(wrong, refused.join(" "));
    await show();
    app.changed();
  };

  /* What is typed, and where the camera was opened, is on the disk before it opens. */
  const open = async (input) => {
    try {
      await flush();
      await visit.aim(place);
    } catch (why) {
      app.trouble(why, visit);
      return;
    }
    look(app);
    input.click();
  };

  const camera = picker(true, take);
  const album = picker(false, take);
  if (isSame(visit.record.camera, place)) {
    complain(wrong, "上次打开相机后页面被系统关闭，没有收到照片。请看一下照片是否在下面，没有的请再拍一次。");
    app.keep(visit.aim(null));
  }
  show();
  return el(
    "div.photos",
    {},
    el(
      "div.acts",
      {},
      button(label, () => open(camera)),
      button("相册", () => open(album), ".button-quiet"),
      ...beside,
      camera,
      album,
    ),
    busy,
    wrong,
    list,
  );
};
