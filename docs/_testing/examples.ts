/** The examples of a page of the guide: files that it shows, and commands, in their order. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "@/server/env";

/** `at` is the line in the page. A file has a `name`, commands have none. */
export type Example = { at: string; language: string; name: string | undefined; text: string };

const FENCE = /^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm;

export function examplesOf(page: string): Example[] {
  const text = readFileSync(join(env().root, "docs/guide", page), "utf8");
  return [...text.matchAll(FENCE)].map((match) => {
    const [, language = "", name, body = ""] = match;
    return { at: `${page}:${text.slice(0, match.index).split("\n").length}`, language, name, text: body };
  });
}

/** One command a line; a line that ends in `\` goes on. */
export const commandsOf = ({ text }: Example): string[] =>
  text
    .replace(/\\\n\s*/g, "")
    .split("\n")
    .filter(Boolean);
