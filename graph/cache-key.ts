/** The text whose SHA-256 is a node's cache key. Ids, titles, layout and ancestry never enter it: equal inputs give equal keys. */

export type CacheKeyParts = {
  team: string;
  kind: string;
  version: number;
  codeVersion: number;
  /** Parsed parameters, defaults filled in. Of parameters in `files` only the digest counts. */
  params: Record<string, unknown>;
  /** Digest by port, or by slot for a list port. */
  inputs: Record<string, string | Record<string, string>>;
  /** Content digests of the files that parameters name. */
  files?: Record<string, string>;
  /** What of the machine may change the result; only for kinds that train. */
  fingerprint?: Record<string, string | number>;
};

/** JSON with sorted keys; undefined values are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((v) => canonicalJson(v ?? null)).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(",")}}`;
}

export function cacheKeyText(parts: CacheKeyParts): string {
  const { params, files = {}, ...rest } = parts;
  const named = Object.entries(params).filter(([name]) => !(name in files));
  return canonicalJson({
    ...rest,
    params: Object.fromEntries(named),
    ...(Object.keys(files).length ? { files } : {}),
  });
}
