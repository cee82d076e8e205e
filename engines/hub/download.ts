/** One file of a hub, resumed where an earlier try stopped, and checked against the digest that the hub publishes. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Failure } from "@/graph/problems";
import { diskFull, isDiskFull } from "../disk-full";
import { type HubFile, type HubModel, type HubSettings, hubGet, reasonOf, unreachable } from "./hub-api";
import { DOWNLOAD_TRIES } from "./limits";

export type DownloadOptions = {
  settings: HubSettings;
  signal?: AbortSignal | undefined;
  /** Bytes of this file that are there. */
  onBytes?: ((bytes: number) => void) | undefined;
};

/**
 * Returns the file's digest `sha256:<hex>`. What is there stays in `<path>.incomplete` when the download breaks.
 * @throws Failure `hub-unreachable`, `hub-damaged`, `disk-full-needs`
 */
export async function downloadFile(
  model: HubModel,
  file: HubFile,
  path: string,
  { settings, signal, onBytes }: DownloadOptions,
): Promise<string> {
  const partial = `${path}.incomplete`;
  for (let attempt = 1; ; attempt++) {
    try {
      await fetchRest(model, file, partial, { settings, signal, onBytes });
      break;
    } catch (error) {
      signal?.throwIfAborted();
      // Not the hub's doing; what came so far stays.
      if (isDiskFull(error)) throw diskFull(dirname(path), error, file.size);
      const mayPass = error instanceof Failure ? error.code === "UNAVAILABLE" : true;
      if (!mayPass || attempt === DOWNLOAD_TRIES) {
        throw error instanceof Failure
          ? error
          : unreachable(settings, model.repository, reasonOf(error), error);
      }
    }
  }
  const digest = await check(model, file, partial, signal);
  await rename(partial, path);
  return digest;
}

async function fetchRest(
  model: HubModel,
  file: HubFile,
  partial: string,
  { settings, signal, onBytes }: DownloadOptions,
): Promise<void> {
  let have = (await stat(partial).catch(() => undefined))?.size ?? 0;
  if (file.size > 0 && have === file.size) return;
  if (have > file.size) have = 0;
  const where = `/${model.repository}/resolve/${model.commit}/${file.name.split("/").map(encodeURIComponent).join("/")}`;
  const response = await hubGet(
    settings,
    where,
    model.repository,
    have > 0 ? { range: `bytes=${have}-` } : {},
    signal,
  );
  // A server that ignores the range sends the whole file again.
  if (response.status !== 206) have = 0;
  const out = await open(partial, have > 0 ? "a" : "w");
  try {
    for await (const chunk of response.body ?? []) {
      await out.writeFile(chunk);
      have += chunk.byteLength;
      if (have > file.size) throw damaged(model, file);
      onBytes?.(have);
    }
    await out.sync();
  } finally {
    await out.close();
  }
  if (have < file.size) throw unreachable(settings, model.repository, "the connection broke");
}

async function check(model: HubModel, file: HubFile, partial: string, signal: AbortSignal | undefined) {
  const sha256 = createHash("sha256");
  const git = createHash("sha1").update(`blob ${file.size}\0`);
  for await (const chunk of createReadStream(partial, {
    highWaterMark: 1 << 20,
    ...(signal && { signal }),
  })) {
    sha256.update(chunk as Buffer);
    if (file.gitSha1) git.update(chunk as Buffer);
  }
  const digest = sha256.digest("hex");
  const good = file.sha256 ? digest === file.sha256 : !file.gitSha1 || git.digest("hex") === file.gitSha1;
  if (good) return `sha256:${digest}`;
  await rm(partial, { force: true });
  throw damaged(model, file);
}

function damaged(model: HubModel, file: HubFile): Failure {
  return new Failure("UNAVAILABLE", "hub-damaged", { model: model.repository, file: file.name });
}
