import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Env } from "../env";

/** What session cookies are signed with: TELAR_SECRET_KEY, else a file made once. */
export async function authSecret({ home, secretKey }: Pick<Env, "home" | "secretKey">): Promise<string> {
  if (secretKey) return secretKey;
  const file = join(home, "session-secret");
  await mkdir(home, { recursive: true });
  // `wx` fails when another process was first; then its secret counts.
  await writeFile(file, randomBytes(32).toString("hex"), { mode: 0o600, flag: "wx" }).catch((error) => {
    if (error.code !== "EEXIST") throw error;
  });
  return readFile(file, "utf8");
}
