/** A look into an artifact for people: a page of its table, its report, or its files. */
import { readFile } from "node:fs/promises";
import type { PreviewOptions as TableOptions, TablePage } from "@/engines/table";
import type { JsonValue } from "@/graph/document";
import type { PortType } from "@/graph/ports";
import { type Report, reportSchema } from "@/graph/report";
import * as limits from "./limits";
import { type Manifest, portType } from "./manifest";
import { artifactFile, readManifest } from "./open";
import type { BlobStore } from "./store";

export type PreviewOptions = TableOptions;
export type PreviewFile = { path: string; size: number };
type Common = { digest: string; facts: PortType; files: PreviewFile[] };
export type Preview = Common &
  (
    | { show: "table"; page: TablePage }
    | { show: "report"; report: Report }
    /** `json` holds the small JSON files, parsed, by path. */
    | { show: "files"; json: Record<string, JsonValue> }
  );

/** The file that holds an artifact's table. */
export const tableFile = (type: Manifest["type"]): string | undefined =>
  type === "dataset" ? "data.parquet" : type === "tokens" ? "tokens.parquet" : undefined;

/** @throws Failure `artifact-missing`, `artifact-damaged` */
export async function previewArtifact(
  store: BlobStore,
  digest: string,
  options: PreviewOptions = {},
): Promise<Preview> {
  const manifest = await readManifest(store, digest);
  const files = manifest.files.slice(0, limits.listedFiles).map(({ path, size }) => ({ path, size }));
  const common = { digest, facts: portType(manifest), files };
  const table = tableFile(manifest.type);
  const found = table && (await artifactFile(store, digest, table));
  if (found) {
    // Native: loaded when the first table is looked at.
    const { previewTable } = await import("@/engines/table");
    return { ...common, show: "table", page: await previewTable(found.file, options) };
  }
  const json = await readJson(store, manifest);
  if (manifest.type === "report") {
    const report = reportSchema.safeParse(json["report.json"]);
    if (report.success) return { ...common, show: "report", report: report.data };
  }
  return { ...common, show: "files", json };
}

async function readJson(store: BlobStore, manifest: Manifest): Promise<Record<string, JsonValue>> {
  // A report is shown whole whatever its size.
  const small = manifest.files.filter(
    ({ path, size }) => path.endsWith(".json") && (size <= limits.jsonPreviewBytes || path === "report.json"),
  );
  const json: Record<string, JsonValue> = {};
  for (const { path, sha256 } of small) {
    const local = await store.local(sha256);
    if (!local) continue;
    try {
      json[path] = JSON.parse(await readFile(local, "utf8"));
    } catch {
      // Not JSON after all: it stays a file in the list.
    }
  }
  return json;
}
