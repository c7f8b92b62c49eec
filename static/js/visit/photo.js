/* A camera's file becomes the photo that is kept: upright, at most 2560 px, about a megabyte, with its hash. */
import { marked } from "./marks.js";

const LONGEST_SIDE = 2560;
const ENOUGH_BYTES = 1048576;
const MOST_BYTES = 52428800;
const MOST_PIXELS = 64000000;
const QUALITIES = [0.88, 0.8, 0.7, 0.6, 0.5];
const JPEG = "image/jpeg";
const PNG_END = [0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82];

export class RefusedPhotoError extends Error {}

const WORDS = {
  empty: "照片是空的（0 字节），请重新拍照。",
  large: "文件超过 50 MB，请用相机的普通照片模式重新拍照。",
  pixels: "照片超过 6400 万像素，请在相机设置中改用普通像素（约 1200 万）后重新拍照。",
  heic: "这是 HEIC 或 AVIF 照片，本系统不能读取。请在手机相机设置中把照片格式改为 JPG（iPhone：“设置—相机—格式”中选择“兼容性最佳”）后重新拍照。",
  video: "这是视频，不是照片，请改用拍照。",
  foreign: "这不是 JPG 或 PNG 照片（按内容判断，与文件名无关），请重新拍照。",
  broken: "照片已损坏，无法打开，请重新拍照。",
};

const refuse = (reason) => {
  throw new RefusedPhotoError(WORDS[reason]);
};

const letters = (view, from, count) => {
  let text = "";
  for (let at = from; at < from + count && at < view.byteLength; at += 1) {
    text += String.fromCharCode(view.getUint8(at));
  }
  return text;
};

/* By the turn that the camera has noted: the axes of the upright picture. */
const AXES = {
  1: [1, 0, 0, 1],
  2: [-1, 0, 0, 1],
  3: [-1, 0, 0, -1],
  4: [1, 0, 0, -1],
  5: [0, 1, 1, 0],
  6: [0, 1, -1, 0],
  7: [0, -1, -1, 0],
  8: [0, -1, 1, 0],
};

/* Where the note lies which way up the picture is to be seen; a note that cannot be read is none. */
const orientationPlace = (view, start) => {
  const tiff = start + 6;
  if (letters(view, start, 4) !== "Exif" || tiff + 8 > view.byteLength) return null;
  const little = letters(view, tiff, 2) === "II";
  const entries = tiff + view.getUint32(tiff + 4, little);
  if (entries + 2 > view.byteLength) return null;
  const end = Math.min(entries + 2 + view.getUint16(entries, little) * 12, view.byteLength - 11);
  for (let at = entries + 2; at < end; at += 12) {
    if (view.getUint16(at, little) === 0x0112) return { at: at + 8, little };
  }
  return null;
};

const isSize = (marker) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/* Size and turn of a JPEG, from its segments, and where its points begin. */
const readJpeg = (view) => {
  const found = { width: 0, height: 0, turn: 1, place: null, points: 0 };
  for (let at = 2; at + 9 < view.byteLength && !found.points; ) {
    const marker = view.getUint8(at + 1);
    if (view.getUint8(at) !== 0xff) break;
    if (marker === 0xe1 && !found.place) found.place = orientationPlace(view, at + 4);
    if (isSize(marker)) {
      found.height = view.getUint16(at + 5);
      found.width = view.getUint16(at + 7);
    }
    if (marker === 0xda) found.points = at;
    // Between segments there may be more of the same byte.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  const turn = found.place ? view.getUint16(found.place.at, found.place.little) : 1;
  if (turn in AXES) found.turn = turn;
  return found;
};

const HEIC = /^(?:hei|hev|mif1|msf1|avi[fs])/;

/* What the file is by its first bytes, or words. */
const read = (view) => {
  if (view.getUint16(0) === 0xffd8) return readJpeg(view);
  if (letters(view, 1, 3) === "PNG") {
    return { width: view.getUint32(16), height: view.getUint32(20), turn: 1, points: 0 };
  }
  if (letters(view, 4, 4) === "ftyp") return refuse(HEIC.test(letters(view, 8, 4)) ? "heic" : "video");
  if (view.getUint32(0) === 0x1a45dfa3) return refuse("video");
  return refuse("foreign");
};

const examine = (view) => {
  try {
    return read(view);
  } catch (why) {
    // Its own lengths lead past its end.
    if (why instanceof RangeError) return refuse("broken");
    throw why;
  }
};

/* Browsers show what there is of half a picture: its end must be there. Behind it phones write more, such as a film. */
const isWhole = (bytes, found) => {
  const end = found.points ? [0xff, 0xd9] : PNG_END;
  for (let at = bytes.indexOf(end[0], found.points); at !== -1; at = bytes.indexOf(end[0], at + 1)) {
    if (end.every((byte, place) => bytes[at + place] === byte)) return true;
  }
  return false;
};

/* Browsers disagree who turns a picture. When it says that it is upright, each gives the points as they are stored. */
const unturned = (data, found) => {
  if (found.turn === 1) return data;
  const copy = data.slice(0);
  new DataView(copy).setUint16(found.place.at, 1, found.place.little);
  return copy;
};

const draw = (picture, turn) => {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = turn > 4 ? [height, width] : [width, height];
  const pen = canvas.getContext("2d");
  // What is see-through in a screenshot is paper.
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.translate(canvas.width / 2, canvas.height / 2);
  pen.transform(...(AXES[turn]), 0, 0);
  pen.drawImage(picture, -width / 2, -height / 2, width, height);
  return canvas;
};

const encoded = async (canvas) => {
  let blob = null;
  for (const quality of QUALITIES) {
    blob = await new Promise((done) => canvas.toBlob(done, JPEG, quality));
    if (!blob) return refuse("broken");
    if (blob.size <= ENOUGH_BYTES) break;
  }
  return blob;
};

const bytesOf = (blob) =>
  new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(reader.error);
    reader.readAsArrayBuffer(blob);
  });

const decoded = async (data) => {
  try {
    return await createImageBitmap(new Blob([data]));
  } catch (why) {
    return refuse("broken");
  }
};

/* The photo as the store takes it. A small one stays as the camera has written it, with the moment that it notes. */
export const prepare = async (file) => {
  if (!file.size) refuse("empty");
  if (file.size > MOST_BYTES) refuse("large");
  const data = await bytesOf(file);
  const found = examine(new DataView(data));
  if (!found.width || !found.height) refuse("broken");
  if (found.width * found.height > MOST_PIXELS) refuse("pixels");
  if (!isWhole(new Uint8Array(data), found)) refuse("broken");
  const picture = await decoded(unturned(data, found));
  const isSmall = Math.max(found.width, found.height) <= LONGEST_SIDE && file.size <= ENOUGH_BYTES;
  const isKept = isSmall && found.points > 0;
  const kept = isKept ? data : await bytesOf(await encoded(draw(picture, found.turn)));
  picture.close();
  return marked(kept, JPEG);
};
