import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { GraphFile } from "@/graph/document";
import { parseGraph } from "@/graph/read-graph";
import { env } from "../env";
import { Refusal } from "../errors";

const ENDING = ".json";

export type ExampleListed = { id: string; name: string; summary: string; kinds: string[] };

const folder = () => join(env().root, "examples");

async function readExample(id: string): Promise<GraphFile | undefined> {
  const text = await readFile(join(folder(), id + ENDING), "utf8").catch(() => undefined);
  return text === undefined ? undefined : parseGraph(text).file;
}

/** Ready-made graphs, by name. The summary is the first sentence of the first note. */
export async function listExamples(): Promise<ExampleListed[]> {
  const names = await readdir(folder()).catch(() => []);
  const ids = names.filter((name) => name.endsWith(ENDING)).map((name) => name.slice(0, -ENDING.length));
  const examples = await Promise.all(
    ids.map(async (id) => {
      const file = await readExample(id);
      if (!file) return [];
      return [
        { id, name: file.name, summary: firstSentence(file), kinds: file.nodes.map((node) => node.kind) },
      ];
    }),
  );
  return examples.flat().sort((a, b) => a.kinds.length - b.kinds.length || a.name.localeCompare(b.name));
}

function firstSentence(file: GraphFile): string {
  const prose = (file.notes?.[0]?.markdown ?? "")
    .split("\n")
    .filter((line) => line.trim() && !line.startsWith("#"));
  return /^.*?[.](?=\s|$)/.exec(prose.join(" "))?.[0] ?? prose[0] ?? "";
}

export async function getExample(id: string): Promise<GraphFile> {
  const known = (await listExamples()).some((example) => example.id === id);
  const file = known ? await readExample(id) : undefined;
  if (!file) throw new Refusal("NOT_FOUND", "example-not-found", { name: id });
  return file;
}
