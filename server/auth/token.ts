import { createHash, randomBytes } from "node:crypto";

/** 256 random bits, safe in a URL. */
export const newToken = (): string => randomBytes(32).toString("base64url");

/** Only this is kept; a token has too much entropy to need a slow hash. */
export const hashToken = (token: string): string => createHash("sha256").update(token).digest("hex");
