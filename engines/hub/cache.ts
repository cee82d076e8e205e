/** The cache of base models: `<modelsDir>/<owner>--<name>/<variant>/`, whole or not there at all. */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";

const NOTE = "telar.json";
const noteSchema = z.object({
  repository: z.string(),
  source: z.enum(["hub", "wheel"]),
  /** As asked for: a branch, a tag or a commit. */
  revision: z.string(),
  commit: z.string(),
  licence: z.string().optional(),
  files: z.record(z.string(), z.object({ bytes: z.number(), sha256: z.string() })),
});
export type Note = z.infer<typeof noteSchema>;
export type CacheEntry = { dir: string; note: Note };

const folderOf = (repository: string) => repository.replaceAll("/", "--");
export const lockPath = (modelsDir: string, repository: string) =>
  join(modelsDir, ".locks", `${folderOf(repository)}.lock`);
/** Kept between tries, so that a broken download goes on. */
export const partialDir = (modelsDir: string, repository: string, variant: string) =>
  join(modelsDir, ".partial", `${folderOf(repository)}--${variant}`);

/** Whole entries of a repository: those of the hub first. */
export async function cacheEntries(modelsDir: string, repository: string): Promise<CacheEntry[]> {
  const root = join(modelsDir, folderOf(repository));
  const names = await readdir(root).catch(() => []);
  const entries: CacheEntry[] = [];
  for (const name of names.sort()) {
    const note = await readNote(join(root, name));
    if (note) entries.push({ dir: join(root, name), note });
  }
  return entries.sort((a, b) => Number(a.note.source === "wheel") - Number(b.note.source === "wheel"));
}

async function readNote(dir: string): Promise<Note | undefined> {
  const text = await readFile(join(dir, NOTE), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const note = noteSchema.parse(JSON.parse(text));
    for (const [name, { bytes }] of Object.entries(note.files)) {
      if ((await stat(join(dir, name))).size !== bytes) return undefined;
    }
    return note;
  } catch {
    return undefined;
  }
}

/** Gives a finished partial folder its name in the cache. */
export async function commitEntry(
  modelsDir: string,
  partial: string,
  variant: string,
  note: Note,
): Promise<CacheEntry> {
  const dir = join(modelsDir, folderOf(note.repository), variant);
  await writeFile(join(partial, NOTE), `${JSON.stringify(note, null, 2)}\n`);
  await mkdir(dirname(dir), { recursive: true });
  await rm(dir, { recursive: true, force: true });
  await rename(partial, dir);
  return { dir, note };
}
