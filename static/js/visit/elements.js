/* Makes elements: no markup is ever read from words. */
const PROPERTIES = ["value", "checked", "disabled", "hidden", "htmlFor", "multiple", "textContent"];

const set = (node, name, value) => {
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (PROPERTIES.includes(name)) node[name] = value;
  else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
};

/* el("p.note.note-warn", { role: "alert" }, "words", another): what is nothing or false is left out. */
export const el = (kind, given = {}, ...children) => {
  const [tag, ...classes] = kind.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  for (const name of Object.keys(given)) set(node, name, given[name]);
  node.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== false));
  return node;
};

/* A state is a word and a shape: good, warn, bad or none. */
export const state = (tone, words) => el(`span.state.${tone}`, {}, words);

export const note = (tone, words, ...more) => el(`div.note.note-${tone}`, {}, el("p", {}, words), ...more);

export const button = (words, onclick, classes = "") => el(`button${classes}`, { type: "button", onclick }, words);

let fields = 0;

/* A label above its field. */
export const field = (label, input, hint = "") => {
  fields += 1;
  input.id = input.id || `f${fields}`;
  const told = hint && el("p.hint", { id: `${input.id}-hint` }, hint);
  if (told) input.setAttribute("aria-describedby", told.id);
  return el("div.field", {}, el("label", { htmlFor: input.id }, label), told, input);
};

/* What is wrong with what was typed, said at once. */
export const complaint = () => el("p.error", { role: "alert", hidden: true });

export const complain = (place, words) => {
  place.textContent = words;
  place.hidden = !words;
};

/* A button that shows and hides what `build` makes when it is first wanted. */
export const unfolded = (words, build) => {
  const place = el("div", { hidden: true });
  const open = button(
    words,
    () => {
      place.hidden = !place.hidden;
      open.setAttribute("aria-expanded", String(!place.hidden));
      if (!place.hidden && !place.firstChild) place.append(build());
    },
    ".button-quiet",
  );
  open.setAttribute("aria-expanded", "false");
  return [open, place];
};

/* As high as what is in it. */
export const grown = (area) => {
  const grow = () => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
  };
  area.addEventListener("input", grow);
  requestAnimationFrame(grow);
  return area;
};
