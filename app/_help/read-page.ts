import "server-only";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { env } from "@/server/env";

export type HelpPage = { title: string; markdown: string };
export type HelpLink = { href: string; title: string };

const TITLE = /^# (.+)$/m;
const SAFE = /^[a-z0-9-]+$/;

const guide = () => join(env().root, "docs/guide");

/** The pages of the guide, in the order of its first page. */
export async function guideLinks(): Promise<HelpLink[]> {
  const first = await readFile(join(guide(), "README.md"), "utf8");
  const order = [...first.matchAll(/\]\(([a-z0-9-]+)\.md\)/g)].map(([, name]) => name!);
  const others = (await readdir(guide()))
    .flatMap((file) => (/^[a-z0-9-]+\.md$/.test(file) ? [file.slice(0, -3)] : []))
    .filter((name) => !order.includes(name));
  return Promise.all(
    [...order, ...others].map(async (name) => {
      const text = await readFile(join(guide(), `${name}.md`), "utf8");
      return { href: `/help/${name}`, title: TITLE.exec(text)?.[1] ?? name };
    }),
  );
}

/** Undefined when there is no such page. */
export async function readGuide(name: string): Promise<HelpPage | undefined> {
  return SAFE.test(name) ? read(join(guide(), name === "index" ? "README.md" : `${name}.md`)) : undefined;
}

/** What a kind says of itself. */
export async function readAbout(kind: string): Promise<HelpPage | undefined> {
  return SAFE.test(kind) ? read(join(env().root, "nodes", kind, "about.md")) : undefined;
}

async function read(path: string): Promise<HelpPage | undefined> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  return { title: TITLE.exec(text)?.[1] ?? "", markdown: text.replace(TITLE, "").trim() };
}
