/* Keeps this page itself for use without network; a new version waits until the page is opened anew. */
import { opensOffline } from "./room.js";

const LONGEST = 15000;
const AT_ONCE = 3000;

const versionOf = (worker) =>
  new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => done(data);
    worker.postMessage("version", [port2]);
  });

/* A new version that has waited takes over before anything is typed (`openAnew`); `tell` hears of one that came meanwhile. */
export const keepShell = async ({ tell, openAnew }) => {
  if (!opensOffline()) return;
  const { serviceWorker } = navigator;
  const isFirst = !serviceWorker.controller;
  let registration;
  try {
    registration = await serviceWorker.register("/phone/worker.js", { scope: "/phone/" });
  } catch (why) {
    // Without network the one that is there goes on.
    return;
  }
  const { active, waiting } = registration;
  if (!isFirst && waiting) {
    const start = Date.now();
    // The former one may keep it waiting for minutes: then nobody is interrupted.
    serviceWorker.addEventListener("controllerchange", () => (Date.now() - start < AT_ONCE ? openAnew() : tell()));
    waiting.postMessage("take over");
    return;
  }
  registration.addEventListener("updatefound", () => {
    const { installing } = registration;
    installing.addEventListener("statechange", () => {
      if (installing.state === "installed" && serviceWorker.controller) tell();
    });
  });
  // While this page was on its way the former one was closed, and the new version was already let in.
  const own = document.querySelector("meta[name=version]").content;
  if (!isFirst && active && (await versionOf(active)) !== own) openAnew();
};

/* Does the page open without network now? */
export const shellIsKept = async () => {
  if (!opensOffline()) return false;
  const late = new Promise((done) => setTimeout(() => done(null), LONGEST));
  const registration = await Promise.race([navigator.serviceWorker.ready, late]);
  return Boolean(registration && registration.active);
};
