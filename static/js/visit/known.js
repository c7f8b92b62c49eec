/* What this browser remembers beside its database: who was here last, and that there were visits at all. */
const YEAR = 31536000;

const read = (name) => {
  try {
    const found = localStorage.getItem(name);
    if (found) return JSON.parse(found);
  } catch (why) {
    // A browser may refuse it, or hold what another version has written: the cookie is asked.
  }
  const cookie = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  try {
    return cookie ? JSON.parse(decodeURIComponent(cookie.slice(name.length + 1))) : null;
  } catch (why) {
    return null;
  }
};

/* Twice, because a browser that needs room empties one and keeps the other. */
const write = (name, value) => {
  const text = JSON.stringify(value);
  try {
    localStorage.setItem(name, text);
  } catch (why) {
    // The cookie stays.
  }
  document.cookie = `${name}=${encodeURIComponent(text)}; path=/phone/; max-age=${YEAR}; samesite=strict`;
};

/* {id, name, department} of whoever was signed in last. */
export const lastUser = () => read("phone-user");
export const rememberUser = (user) => write("phone-user", user);

/* How much was kept: what an emptied database is held against. */
export const remembered = (user) => {
  const found = read(`phone-kept-${user}`);
  return found && found.visits ? found : null;
};
export const remember = (user, visits, unsent) =>
  write(`phone-kept-${user}`, { visits, unsent, at: new Date().toISOString() });
export const forget = (user) => write(`phone-kept-${user}`, null);

/* A choice of this phone, such as the stamp. */
export const chosen = (name) => read(`phone-${name}`);
export const choose = (name, value) => write(`phone-${name}`, value);

export const wantsLargeType = () => document.cookie.split("; ").includes("elder=1");
