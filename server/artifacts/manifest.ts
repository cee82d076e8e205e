/** What an artifact is: its digest covers type, facts and files, so equal bytes under another label are another artifact. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "@/graph/cache-key";
import { readFacts } from "@/graph/labels";
import { PORT_TYPES, type PortType } from "@/graph/ports";

export const DIGEST = /^sha256:[0-9a-f]{64}$/;

const file = z.object({
  /** Below the artifact's folder, with slashes. */
  path: z.string(),
  size: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export const manifestSchema = z.object({
  /** A port type; `stage` and `checkpoint` are folders that only the engine sees. */
  type: z.enum([...PORT_TYPES, "stage", "checkpoint"]),
  facts: z.record(z.string(), z.json()),
  files: z.array(file),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestFile = Manifest["files"][number];

/** The bytes that are hashed and stored. */
export function manifestText(manifest: Manifest): string {
  const files = [...manifest.files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return canonicalJson({ type: manifest.type, facts: manifest.facts, files });
}

export function manifestDigest(manifest: Manifest): string {
  return `sha256:${createHash("sha256").update(manifestText(manifest)).digest("hex")}`;
}

export const sizeOf = (manifest: Manifest): number => manifest.files.reduce((sum, { size }) => sum + size, 0);

/** The facts with their type, as views show them. */
export const portType = ({ type, facts }: Pick<Manifest, "type" | "facts">): PortType =>
  readFacts(type as PortType["type"], facts);
