import { createHash } from "node:crypto";
import type { Env } from "./env";

/** Tells one installation from another on the same machine without naming its folder. */
export const instanceId = ({ home }: Pick<Env, "home">) =>
  createHash("sha256").update(home).digest("hex").slice(0, 16);
