import { createTranslator } from "use-intl/core";
import { describe, expect, it } from "vitest";
import { LOCALES, pickLocale, terminalLocale } from "./locales";
import { allMessages } from "./words";

/** Names of the values a message reads, and of the tags it wraps words in: what follows a brace outside of a choice's own words. */
function argumentsOf(message: string): string[] {
  const found = new Set(message.match(/<\w+>/g) ?? []);
  const choices: boolean[] = [];
  for (const [piece, opened, kind] of message.matchAll(/\{\s*(\w+)\s*(?=([,}]))|[{}]/g)) {
    if (piece === "}") choices.pop();
    else if (opened === undefined || choices.at(-1)) choices.push(false);
    else {
      found.add(opened);
      choices.push(kind === ",");
    }
  }
  return [...found].sort();
}

function parseError(message: string): string | undefined {
  let wrong: string | undefined;
  const onError = (error: Error) => {
    if (error.message.startsWith("INVALID_MESSAGE")) wrong = error.message;
  };
  createTranslator({ locale: "en", messages: { message }, onError })("message", { a: 1 } as never);
  return wrong;
}

function flat(messages: object, path = ""): [string, string][] {
  return Object.entries(messages).flatMap(([key, value]) =>
    typeof value === "string" ? [[path + key, value] as [string, string]] : flat(value, `${path}${key}.`),
  );
}

const english = new Map(flat(allMessages("en")));

/** Helps are shown as they stand, so braces in them are braces. */
const isPlain = (key: string) => /^nodes\..+\.(help|summary)$/.test(key);

describe.each(LOCALES)("messages in %s", (locale) => {
  const own = new Map(flat(allMessages(locale)));

  it("are the same ones as in English", () => {
    expect([...own.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("take the same values as in English", () => {
    for (const [key, message] of own) {
      if (isPlain(key)) continue;
      expect(argumentsOf(message), key).toEqual(argumentsOf(english.get(key) ?? ""));
    }
  });

  it("can be read as ICU messages", () => {
    for (const [key, message] of own) if (!isPlain(key)) expect(parseError(message), key).toBeUndefined();
    expect(parseError("{count, plural, one {#}")).toMatch(/INVALID_MESSAGE/);
  });

  it("shout nothing and beg for nothing", () => {
    for (const [key, text] of own) expect(text, key).not.toMatch(/[!¡]|por favor/i);
  });
});

it.each(LOCALES.filter((locale) => locale !== "en"))(
  "messages in %s are translated: a sentence is never the English one",
  (locale) => {
    const own = flat(allMessages(locale));
    const same = own.filter(([key, text]) => / \w+ \w+ /.test(text) && text === english.get(key));
    expect(same).toEqual([]);
  },
);

it("finds what a message reads inside its choices", () => {
  const message =
    "<b>{a}</b> {n, plural, =0 {none} one {# of {b}} other {{c, number} of {d}}} {e, select, x {y} other {}}";
  expect(argumentsOf(message)).toEqual(["<b>", "a", "b", "c", "d", "e", "n"]);
});

describe("pickLocale", () => {
  it("takes the cookie, then the first language of the browser that Telar speaks", () => {
    expect(pickLocale("pt", "es-MX,es;q=0.9")).toBe("pt");
    expect(pickLocale(undefined, "fr-FR,es-419;q=0.9,en;q=0.8")).toBe("es");
    expect(pickLocale("xx", null)).toBe("en");
  });
});

describe("terminalLocale", () => {
  it("takes TELAR_LANG before the system's language, and English for any other", () => {
    expect(terminalLocale({ TELAR_LANG: "es", LANG: "pt_BR.UTF-8" })).toBe("es");
    expect(terminalLocale({ LANG: "pt_BR.UTF-8" })).toBe("pt");
    expect(terminalLocale({ LC_ALL: "C.UTF-8", LANG: "pt_BR.UTF-8" })).toBe("en");
    expect(terminalLocale({})).toBe("en");
  });
});
