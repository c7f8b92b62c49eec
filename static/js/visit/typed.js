/* A field whose words are on the disk within a second, before they belong to any act. */
import { el, grown } from "./elements.js";
import { quiet } from "./quiet.js";

const PAUSE = 400;
const LONGEST = 800;

/* Everything that is typed goes through here: `keep(words)` saves them. */
export const watched = (input, keep) => {
  const saving = quiet(() => keep(input.value), PAUSE, LONGEST);
  input.addEventListener("input", saving.later);
  input.addEventListener("blur", saving.nowIfWaiting);
  return input;
};

const own = (app, visit, key, input) => {
  input.value = visit.typed(key);
  return watched(input, (words) => app.keep(visit.type(key, words)));
};

export const typedLine = (app, visit, key, most = 100) =>
  own(app, visit, key, el("input", { type: "text", maxlength: most, autocomplete: "off" }));

export const typedText = (app, visit, key, most = 300) =>
  grown(own(app, visit, key, el("textarea.lines", { rows: 2, maxlength: most })));
