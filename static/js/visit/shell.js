/* Keeps this page itself for use without network; a new version waits until the page is opened anew. */
import { opensOffline } from "./room.js";

const LONGEST = 15000;

/* A new version that has waited takes over before anything is typed; `tell` hears of one that came meanwhile. */
export const keepShell = async (tell) => {
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
  if (registration.waiting && !isFirst) {
    serviceWorker.addEventListener("controllerchange", () => location.reload());
    registration.waiting.postMessage("take over");
    return;
  }
  registration.addEventListener("updatefound", () => {
    const { installing } = registration;
    installing.addEventListener("statechange", () => {
      if (installing.state === "installed" && serviceWorker.controller) tell();
    });
  });
};

/* Does the page open without network now? */
export const shellIsKept = async () => {
  if (!opensOffline()) return false;
  const late = new Promise((done) => setTimeout(() => done(null), LONGEST));
  const registration = await Promise.race([navigator.serviceWorker.ready, late]);
  return Boolean(registration && registration.active);
};
