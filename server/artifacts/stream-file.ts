/** One file of an artifact as an HTTP answer, whole or a range of it. Whether the person may see it is decided before. */
import { basename } from "node:path";
import { Readable } from "node:stream";
import { Failure } from "@/graph/problems";
import { failureSentence } from "@/messages/words";
import { parseRange } from "./byte-range";
import { readManifest } from "./open";
import type { BlobStore } from "./store";

export async function streamFile(
  store: BlobStore,
  digest: string,
  path: string,
  rangeHeader: string | null,
): Promise<Response> {
  try {
    const file = (await readManifest(store, digest)).files.find((one) => one.path === path);
    if (!file) return new Response("Not here.\n", { status: 404 });
    const range = parseRange(rangeHeader, file.size);
    const headers = {
      "accept-ranges": "bytes",
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(basename(path))}`,
      etag: `"${file.sha256}"`,
      "cache-control": "private, immutable, max-age=31536000",
    };
    if (range === "unsatisfiable")
      return new Response(null, { status: 416, headers: { "content-range": `bytes */${file.size}` } });
    const part = range === "whole" ? undefined : range;
    const body = await store.stream(file.sha256, part);
    if (!body) throw new Failure("UNAVAILABLE", "artifact-missing", { digest, place: store.place });
    const length = part ? part.end - part.start + 1 : file.size;
    return new Response(Readable.toWeb(body) as ReadableStream, {
      status: part ? 206 : 200,
      headers: {
        ...headers,
        "content-length": String(length),
        ...(part ? { "content-range": `bytes ${part.start}-${part.end}/${file.size}` } : {}),
      },
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return new Response(`${failureSentence(error.reason, error.values)}\n`, { status: 503 });
  }
}
