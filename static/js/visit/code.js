/* Six digits that open a covered screen: kept as PBKDF2 with a salt of their own. */
import { hex } from "./marks.js";

const ROUNDS = 300000;

export const isCode = (digits) => /^[0-9]{6}$/.test(digits);

const derived = async (digits, salt, iterations) => {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(digits), "PBKDF2", false, ["deriveBits"]);
  return hex(await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, key, 256));
};

export const newCode = async (digits) => {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  return { salt, rounds: ROUNDS, hash: await derived(digits, salt, ROUNDS), wrong: 0 };
};

export const isRight = async ({ salt, rounds, hash }, digits) => isCode(digits) && (await derived(digits, salt, rounds)) === hash;
