import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { link, mkdir, rm } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebStream } from "node:stream/web";
import { Failure } from "@/graph/problems";
import type { Env } from "../env";
import { UPLOADS } from "../limits";

/** Writes an uploaded file below the first data folder. Gives the path that graphs use. Never overwrites. */
export async function saveUpload(
  env: Pick<Env, "dataDirs">,
  { name, body }: { name: string; body: ReadableStream<Uint8Array> },
): Promise<{ path: string; name: string }> {
  const root = env.dataDirs[0];
  if (!root) throw new Failure("INVALID_INPUT", "no-data-folder");
  const dir = join(root, "uploads");
  await mkdir(dir, { recursive: true });
  const part = join(dir, `.${randomBytes(6).toString("hex")}.part`);
  try {
    await pipeline(
      Readable.fromWeb(body as WebStream),
      atMost(UPLOADS.maxBytes),
      createWriteStream(part, { flags: "wx" }),
    );
    const free = await takeName(part, dir, safeName(name));
    return { path: `uploads/${free}`, name: free };
  } finally {
    await rm(part, { force: true });
  }
}

/** A name that is one plain file name everywhere. */
export function safeName(name: string): string {
  const plain = basename(name.replaceAll("\\", "/"))
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}._ -]+/gu, "_")
    .replace(/^[. ]+/, "");
  return plain.slice(-120) || "data";
}

/** `link` fails when the name is taken, so two uploads at once get two names. */
async function takeName(part: string, dir: string, name: string): Promise<string> {
  const ending = extname(name);
  for (let i = 1; ; i++) {
    const free = i === 1 ? name : `${name.slice(0, name.length - ending.length)}-${i}${ending}`;
    try {
      await link(part, join(dir, free));
      return free;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

function atMost(limit: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.byteLength;
      if (seen <= limit) return done(null, chunk);
      done(new Failure("INVALID_INPUT", "upload-too-large", { limit: Math.round(limit / 1e9) }));
    },
  });
}
