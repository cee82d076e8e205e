/** Words of every kind, in every language: each parameter, port, failure and check, with the values it is made with. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import en from "@/messages/en.json";
import es from "@/messages/es.json";
import pt from "@/messages/pt.json";
import { everyKind } from "./_testing/kinds";
import { placeholdersOf, type Thrown, thrownIn } from "./_testing/thrown";
import type { NodeText } from "./texts";

type Sentences = Record<string, string>;
type Words = { failures?: Sentences; checks?: Sentences; logs?: Sentences };
const shared: Record<string, Words> = { en, es, pt };

/** A failure and a line of the log have their own sentences; a problem those of checks, else of failures. */
const sentencesFor = (made: Thrown["made"], ...words: Words[]): Sentences =>
  Object.assign(
    {},
    ...words.flatMap(({ failures, checks, logs }) =>
      made === "log" ? [logs] : made === "failure" ? [failures] : [failures, checks],
    ),
  );

/** Where a failure or problem is made, in the sources of a folder. */
function thrown(dir: string): (Thrown & { at: string })[] {
  const files = readdirSync(dir, { recursive: true })
    .map(String)
    .filter(
      (name) =>
        /\.tsx?$/.test(name) && !/\.(test|long)\.tsx?$/.test(name) && !/_(testing|fixtures)/.test(name),
    )
    .map((name) => ({ name, folder: dirname(name), text: readFileSync(join(dir, name), "utf8") }));
  return files.flatMap(({ name, folder, text }) => {
    const around = files
      .filter((file) => file.folder === folder && file.name !== name)
      .map((file) => file.text);
    return thrownIn(text, around.join("\n")).map((one) => ({ ...one, at: `${name}:${one.line}` }));
  });
}

/** What is wrong with what is said there: no sentence in a language, or one that asks for a value it is not given. */
function faults(one: Thrown & { at: string }, ...words: Words[]): string[] {
  if (one.relayed) return [];
  if (!one.keys.length)
    return [`${one.at} computes its key: take it from a table of whole keys in that file. ${one.source}`];
  const sentences = sentencesFor(one.made, ...words);
  return one.keys.flatMap((key) => {
    const sentence = sentences[key];
    if (!sentence) return [`${one.at} ${key} has no sentence`];
    const asked = placeholdersOf(sentence);
    const missing = one.values ? asked.filter((name) => !one.values?.includes(name)) : [];
    return missing.length ? [`${one.at} ${key} is given no ${missing.join(", ")}`] : [];
  });
}

const shapeOf = (text: NodeText) => ({
  ports: Object.keys(text.ports).sort(),
  params: Object.entries(text.params)
    .map(([name, { options = {} }]) => [name, Object.keys(options).sort()])
    .sort(),
});

describe.each(everyKind)("$kind", ({ dir, definition, texts }) => {
  const names = Object.keys(definition.params.shape);
  const [, english] = texts[0]!;
  const places = thrown(dir);

  describe.each(texts)("in %s", (locale, text) => {
    it("has a title and a help for every parameter, and a name for every port", () => {
      expect(text.title && text.summary).toBeTruthy();
      expect(Object.keys(text.params).sort()).toEqual([...names].sort());
      expect(names.filter((name) => !text.params[name]?.title || !text.params[name]?.help)).toEqual([]);
      const ports = [...Object.keys(definition.inputs), ...Object.keys(definition.outputs)];
      expect([...new Set(ports)].filter((port) => !text.ports[port])).toEqual([]);
    });

    it("says all that the English words say, with the same values", () => {
      expect(shapeOf(text)).toEqual(shapeOf(english));
      for (const part of ["failures", "checks", "logs", "ledger", "scores"] as const) {
        const [mine, theirs] = [text[part] ?? {}, english[part] ?? {}] as [Sentences, Sentences];
        expect(Object.keys(mine).sort(), part).toEqual(Object.keys(theirs).sort());
        for (const [key, sentence] of Object.entries(theirs))
          expect(placeholdersOf(mine[key]!), `${part}.${key}`).toEqual(placeholdersOf(sentence));
      }
    });

    it("has a sentence for every failure, check and line of the log, made with values that it is given", () => {
      expect(places.flatMap((one) => faults(one, shared[locale]!, text)).join("\n")).toBe("");
    });
  });

  it("has a page of help that names every parameter by its title", () => {
    const about = readFileSync(join(dir, "about.md"), "utf8").toLowerCase();
    expect(about.startsWith(`# ${english.title}`.toLowerCase())).toBe(true);
    expect(
      names
        .map((name) => english.params[name]!.title)
        .filter((title) => !about.includes(title.toLowerCase())),
    ).toEqual([]);
  });
});

describe.each(Object.keys(shared))("what engines, graph and server say, in %s", (locale) => {
  it("has a sentence, made with values that it is given", () => {
    const ofKinds = everyKind.flatMap(({ texts }) =>
      texts.filter(([of]) => of === locale).map(([, text]) => text),
    );
    const all = (dir: string) => thrown(join(import.meta.dirname, "..", dir));
    // The server's own log is for those who run it, in English.
    const ofServer = all("server").filter(({ made }) => made !== "log");
    const found = [...all("engines"), ...all("graph"), ...ofServer];
    expect(found.length).toBeGreaterThan(20);
    expect(found.flatMap((one) => faults(one, ...ofKinds, shared[locale]!)).join("\n")).toBe("");
  });
});
