/** The keys of gateway tokens: one a day, each a file in the home that only its owner may read. Today's signs, yesterday's is still read. */
import { randomBytes } from "node:crypto";
import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const DAY_MS = 86_400_000;
const BYTES = 32;
const NAME = /^\d{4}-\d{2}-\d{2}$/;

const folder = (home: string) => join(home, "gateway-keys");
const dayOf = (now: number) => new Date(now).toISOString().slice(0, 10);

/** What signs now. Made when it is not there yet; several processes may ask at once and get the same. */
export async function takeTokenKey(home: string, now: number): Promise<{ id: string; key: Buffer }> {
  const id = dayOf(now);
  const key = (await readKey(home, id)) ?? (await makeKey(home, id, now));
  return { id, key };
}

/** Undefined for a day that is over, or one that nothing was signed on. */
export async function readTokenKey(home: string, id: string, now: number): Promise<Buffer | undefined> {
  const fits = NAME.test(id) && (id === dayOf(now) || id === dayOf(now - DAY_MS));
  return fits ? readKey(home, id) : undefined;
}

async function readKey(home: string, id: string): Promise<Buffer | undefined> {
  const key = await readFile(join(folder(home), id)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return key?.length === BYTES ? key : undefined;
}

async function makeKey(home: string, id: string, now: number): Promise<Buffer> {
  const dir = folder(home);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const whole = join(dir, `.${randomBytes(6).toString("hex")}`);
  try {
    await writeFile(whole, randomBytes(BYTES), { mode: 0o600, flag: "wx" });
    // A file appears whole under its name, and the first one counts.
    await link(whole, join(dir, id)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(whole, { force: true });
  }
  for (const old of await readdir(dir))
    if (NAME.test(old) && old < dayOf(now - DAY_MS)) await rm(join(dir, old), { force: true });
  const key = await readKey(home, id);
  if (!key) throw new Error(`The key ${join(dir, id)} is not whole. Remove the file: a new one is made.`);
  return key;
}
