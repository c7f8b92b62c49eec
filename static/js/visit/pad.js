/* A field to sign in with a finger, a pen or a mouse; what is kept are the strokes, not a picture. */
import { button, el } from "./elements.js";
import { marked } from "./marks.js";

const LINE = 2.5;
const LEAST = 2;

/* `what` names the field for those who hear the page. */
export const signaturePad = (what) => {
  const canvas = el("canvas.pad", { role: "img", "aria-label": what });
  const strokes = [];
  let stroke = null;
  let start = 0;
  let size = { width: 0, height: 0 };

  const pen = () => {
    const found = canvas.getContext("2d");
    Object.assign(found, { lineWidth: LINE, lineCap: "round", lineJoin: "round" });
    found.strokeStyle = getComputedStyle(canvas).color;
    return found;
  };
  const line = (points) => {
    const found = pen();
    found.beginPath();
    points.forEach(([x, y], at) => (at ? found.lineTo(x, y) : found.moveTo(x, y)));
    found.stroke();
  };
  const draw = () => {
    const { width, height } = size;
    const sharp = window.devicePixelRatio || 1;
    canvas.width = width * sharp;
    canvas.height = height * sharp;
    canvas.getContext("2d").scale(sharp, sharp);
    strokes.forEach(line);
  };
  /* The field keeps the size in which it was first signed: turning the phone changes nothing that is drawn. */
  const measure = () => {
    if (strokes.length) return;
    const box = canvas.getBoundingClientRect();
    size = { width: Math.round(box.width), height: Math.round(box.height) };
    draw();
  };

  const point = ({ clientX, clientY }) => {
    const box = canvas.getBoundingClientRect();
    return [Math.round(clientX - box.left), Math.round(clientY - box.top), Math.round(performance.now() - start)];
  };
  const begin = (place) => {
    if (!strokes.length) {
      measure();
      start = performance.now();
    }
    stroke = [point(place)];
    strokes.push(stroke);
  };
  const go = (place) => {
    if (!stroke) return;
    stroke.push(point(place));
    line(stroke.slice(-2));
  };
  const end = () => {
    stroke = null;
  };

  if ("PointerEvent" in window) {
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      begin(event);
    });
    canvas.addEventListener("pointermove", go);
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, end);
  } else {
    canvas.addEventListener("touchstart", (event) => begin(event.touches[0]));
    canvas.addEventListener("touchmove", (event) => go(event.touches[0]));
    canvas.addEventListener("touchend", end);
  }
  // The page must not move under the finger.
  canvas.addEventListener("touchmove", (event) => event.preventDefault(), { passive: false });
  window.addEventListener("resize", measure);
  requestAnimationFrame(measure);

  const clear = button(
    "重写",
    () => {
      strokes.length = 0;
      measure();
    },
    ".button-quiet",
  );
  return {
    node: el("div.signing", {}, canvas, el("div.acts", {}, clear)),
    /* A dot or nothing is no signature. */
    isEmpty: () => strokes.reduce((many, one) => many + one.length, 0) < LEAST,
    taken: () => {
      const text = JSON.stringify(Object.assign({}, size, { strokes }));
      return marked(new TextEncoder().encode(text).buffer, "application/json");
    },
  };
};
