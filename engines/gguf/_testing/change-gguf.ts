/** Makes a GGUF file say something else than what it holds. */
import { readFile, writeFile } from "node:fs/promises";
import { openGguf } from "../read";

/** Sets the entry `key`, whose value is four bytes (u32, i32, f32), to those of `value` as u32. */
export async function setEntry(path: string, key: string, value: number): Promise<void> {
  const { header, close } = await openGguf(path);
  await close();
  const entry = header.entries.get(key);
  if (!entry) throw new Error(`${path} has no ${key}.`);
  const bytes = await readFile(path);
  bytes.writeUInt32LE(value, entry.to - 4);
  await writeFile(path, bytes);
}

/** Writes `key` with another name of the same length. */
export async function renameEntry(path: string, key: string, name: string): Promise<void> {
  if (key.length !== name.length) throw new Error("Both names must be of one length.");
  const { header, close } = await openGguf(path);
  await close();
  const bytes = await readFile(path);
  bytes.write(name, header.entries.get(key)!.from + 8);
  await writeFile(path, bytes);
}

/** Writes a tensor's name anew, in the same length. */
export async function renameTensor(path: string, from: string, to: string): Promise<void> {
  if (from.length !== to.length) throw new Error("Both names must be of one length.");
  const bytes = await readFile(path);
  const at = bytes.indexOf(from);
  if (at < 0) throw new Error(`${path} has no ${from}.`);
  bytes.write(to, at);
  await writeFile(path, bytes);
}
