/** How well an entry of a list fits what a person types. One measure for the palette, the add menu and the finder. Pure. */
import type { AnyNode } from "@/graph/define-node";

export type Entry = {
  title: string;
  summary?: string;
  /** Other names, the most telling first. */
  aliases?: readonly string[];
};

/** Shorter queries match beginnings only: two letters stand inside almost any word. */
const INSIDE_FROM = 3;

/** Without case, accents and the signs between words: `Fine-tune` is `fine tune`. */
const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
const squeezed = (text: string): string => plain(text).replaceAll(" ", "");

const begins = (text: string, wish: string): boolean =>
  plain(text)
    .split(" ")
    .some((word) => word.startsWith(wish));

/** Between 0 and 1, 0 where nothing fits. Letters that are merely in the right order somewhere fit nothing. */
export function fitOf(query: string, { title, summary = "", aliases = [] }: Entry): number {
  const whole = squeezed(query);
  if (!whole) return 1;
  const exact = [title, ...aliases].findIndex((name) => squeezed(name) === whole);
  if (exact >= 0) return exact === 0 ? 1 : 0.9 - Math.min(exact, 99) / 1_000;
  return Math.min(
    ...plain(query)
      .split(" ")
      .map((word) => fitOfWord(word, title, summary, aliases)),
  );
}

function fitOfWord(word: string, title: string, summary: string, aliases: readonly string[]): number {
  if (squeezed(title).startsWith(word)) return 0.8;
  if (begins(title, word)) return 0.7;
  const alias = aliases.findIndex((name) => squeezed(name).startsWith(word) || begins(name, word));
  if (alias >= 0) return 0.6 - Math.min(alias, 99) / 1_000;
  if (begins(summary, word)) return 0.4;
  if (word.length < INSIDE_FROM) return 0;
  return [title, ...aliases].some((name) => squeezed(name).includes(word)) ? 0.2 : 0;
}

type KindWords = { title: string; summary?: string };

/** What a kind is found by: its words, its own name, what its files are called, and its aliases. */
export function entryOf(
  definition: Pick<AnyNode, "kind" | "aliases" | "opens">,
  { title, summary }: KindWords,
): Entry {
  const { kind, aliases = [], opens } = definition;
  return {
    title,
    ...(summary ? { summary } : {}),
    aliases: [kind, ...(opens?.endings ?? []), ...aliases],
  };
}

/** The kinds that fit, best first; equal ones stay in the order they come in. */
export function rankKinds<D extends Pick<AnyNode, "kind" | "aliases" | "opens">>(
  query: string,
  kinds: readonly D[],
  words: (kind: string) => KindWords,
): D[] {
  return kinds
    .map((definition) => ({ definition, fit: fitOf(query, entryOf(definition, words(definition.kind))) }))
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => b.fit - a.fit)
    .map(({ definition }) => definition);
}

/** For cmdk, which knows an item by its value and keywords: the first keyword is the title, the second the summary. An item without keywords is called by its value. */
export const keywordsOf = ({ title, summary = "", aliases = [] }: Entry): string[] => [
  title,
  summary,
  ...aliases,
];
export const filterEntries = (value: string, query: string, keywords: string[] = []): number => {
  const [title = value, summary = "", ...aliases] = keywords;
  return fitOf(query, { title, summary, aliases });
};
