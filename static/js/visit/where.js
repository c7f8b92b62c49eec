/* Where the phone is, if its owner has switched that on; nothing ever waits long for it. */
import { complain, complaint, el } from "./elements.js";
import { choose, chosen } from "./known.js";

const LONGEST = 4000;
const FRESH = 120000;
const DECIMALS = 5;
let found = null;
let asked = null;

const keyOf = (app) => `where-${app.user.id}`;

const isOn = (app) => chosen(keyOf(app)) === true && "geolocation" in navigator;

const rounded = (degrees) => Number(degrees.toFixed(DECIMALS));

/* A refusal is an answer too; which of both it is the phone says. */
const ask = () =>
  new Promise((done) => {
    setTimeout(() => done("late"), LONGEST);
    const told = ({ coords }) => {
      const { latitude, longitude, accuracy } = coords;
      const at = new Date().toISOString();
      found = { lat: rounded(latitude), lon: rounded(longitude), accuracy: Math.ceil(accuracy), at };
      done("found");
    };
    const none = ({ code, PERMISSION_DENIED }) => done(code === PERMISSION_DENIED ? "refused" : "late");
    navigator.geolocation.getCurrentPosition(told, none, { enableHighAccuracy: true, timeout: LONGEST, maximumAge: 0 });
  });

/* Begins to look, so that it is known when it is wanted. */
export const look = (app) => {
  if (isOn(app) && !asked) {
    asked = ask().then((outcome) => {
      asked = null;
      return outcome;
    });
  }
  return asked;
};

/* The place as it is known now, or nothing. */
export const here = (app) => (isOn(app) && found && Math.abs(Date.now() - Date.parse(found.at)) < FRESH ? found : null);

/* The same after a look that is under way, some seconds at most. */
export const hereSoon = async (app) => {
  if (!here(app)) await look(app);
  return here(app);
};

export const stampWords = ({ lat, lon, accuracy }) => `${lat.toFixed(DECIMALS)}, ${lon.toFixed(DECIMALS)}，误差约${accuracy}米`;

/* Off until its owner says so; remembered on this phone for this person. */
export const whereChoice = (app) => {
  const input = el("input", { type: "checkbox", checked: isOn(app) });
  const wrong = complaint();
  input.addEventListener("change", async () => {
    choose(keyOf(app), input.checked);
    found = null;
    complain(wrong, "");
    if (!input.checked || (await look(app)) !== "refused") return;
    choose(keyOf(app), false);
    input.checked = false;
    complain(wrong, "手机没有允许本页取得位置，检查照常进行。要记录位置的，请在手机设置中允许后再选。");
  });
  look(app);
  const words = "记录位置（开始检查和拍照时的经纬度，存入本次检查，供办公室查看）";
  return "geolocation" in navigator && el("div.where", {}, el("div.choice", {}, el("label", {}, input, words)), wrong);
};
