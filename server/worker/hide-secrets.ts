/** Secrets that a job was given must not come back out of it: in its log, a sample, a failure or its last words. */

/** Shorter ones stand in ordinary words, and hiding those would hide nothing. */
const SHORTEST = 6;
const MARK = "•••";

export type SecretHider = {
  /** From now on it is hidden, also as JSON, in an address, or in base64. */
  learn(secret: string): void;
  /** The same value with the secrets replaced in every text and key. */
  hide<T>(value: T): T;
};

export function createSecretHider(): SecretHider {
  const forms = new Set<string>();
  let longestFirst: string[] = [];

  const hideText = (text: string) =>
    longestFirst.reduce((rest, form) => (rest.includes(form) ? rest.replaceAll(form, MARK) : rest), text);

  function hideIn(value: unknown): unknown {
    if (typeof value === "string") return hideText(value);
    if (Array.isArray(value)) return value.map(hideIn);
    if (typeof value !== "object" || value === null) return value;
    if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null)
      return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [hideText(key), hideIn(one)]));
  }

  return {
    learn(secret) {
      const lines = secret.split(/\r?\n/);
      for (const text of [secret, ...lines]) {
        if (text.trim().length < SHORTEST) continue;
        forms.add(text).add(JSON.stringify(text).slice(1, -1)).add(encodeURIComponent(text));
        for (const form of inBase64(text)) forms.add(form);
      }
      longestFirst = [...forms].sort((a, b) => b.length - a.length);
    },
    hide: <T>(value: T): T => (forms.size ? (hideIn(value) as T) : value),
  };
}

/** As it stands in the base64 of a longer text, which depends on where in three bytes it begins. Its outermost letters may be left. */
function inBase64(text: string): string[] {
  return [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
    const whole = Math.floor((bytes.length * 8) / 6);
    return bytes.toString("base64").slice(Math.ceil((before * 8) / 6), whole);
  });
}
