/** Secrets of a team: sealed in the database with a key that lies outside of it. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "@/graph/problems";
import type { Pool } from "@/server/db";
import type { Env } from "@/server/env";
import type { ReadSecret } from "./answers";

const IV_BYTES = 12;
const TAG_BYTES = 16;

export type SecretBox = { seal(text: string): Buffer; open(sealed: Buffer): string };

/** TELAR_SECRET_KEY, else a file made once in TELAR_HOME. Workers on other machines need the same key. */
export async function openSecretBox({
  home,
  secretKey,
}: Pick<Env, "home" | "secretKey">): Promise<SecretBox> {
  const key = createHash("sha256")
    .update(secretKey ?? (await keyFile(home)))
    .digest();
  return {
    seal(text) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, iv);
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]);
    },
    open(sealed) {
      const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, IV_BYTES));
      decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      const body = decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES));
      return Buffer.concat([body, decipher.final()]).toString("utf8");
    },
  };
}

/** @throws Failure `secret-missing`, `secret-sealed-elsewhere` */
export function secretReader(pool: Pool, box: SecretBox): ReadSecret {
  return async (teamId, name) => {
    const { rows } = await pool.query<{ value: Buffer }>(
      'SELECT value FROM "Secret" WHERE "teamId" = $1 AND name = $2',
      [teamId, name],
    );
    if (!rows[0]) throw new Failure("INVALID_INPUT", "secret-missing", { name });
    try {
      return box.open(rows[0].value);
    } catch (cause) {
      throw new Failure("INVALID_INPUT", "secret-sealed-elsewhere", { name }, { cause });
    }
  };
}

async function keyFile(home: string): Promise<string> {
  const file = join(home, "secret-key");
  await mkdir(home, { recursive: true });
  // `wx` fails when another process was first; then its key counts.
  const made = writeFile(file, randomBytes(32).toString("hex"), { mode: 0o600, flag: "wx" });
  await made.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  return readFile(file, "utf8");
}
