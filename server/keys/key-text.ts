import { createHash, randomBytes } from "node:crypto";

const PREFIX = "telar_";
/** 256 random bits behind the prefix: as many characters as base64url needs for them. */
const FORM = /^telar_[\w-]{43}$/;

/** Told from other bearers, such as the `none` that OpenAI's clients want to be given, by how it begins. */
export const looksLikeKey = (text: string): boolean => text.startsWith(PREFIX);

export const newKey = (): string => PREFIX + randomBytes(32).toString("base64url");

/** What a list shows of a key. */
export const keyHint = (key: string): string => `${key.slice(0, PREFIX.length + 4)}…`;

/** Undefined for what cannot be a key. A key has too much entropy to need a slow hash, and a hash cannot be guessed letter by letter. */
export const hashKey = (key: string): string | undefined =>
  FORM.test(key) ? createHash("sha256").update(key).digest("hex") : undefined;
