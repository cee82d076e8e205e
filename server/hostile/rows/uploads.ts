import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { HostileRow } from "../row";
import type { HostileSystem } from "../system";

const MB = 1_000_000;
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
/** Bytes of which no two parts are equal. */
const noise = (size: number) => Buffer.alloc(size).map((_, i) => (i * 2_654_435_761) >>> 13);
const TUS = { "tus-resumable": "1.0.0" };
const SLICE = { ...TUS, "content-type": "application/offset+octet-stream" };
const named = (name: string) => `filename ${Buffer.from(name).toString("base64")}`;

/** Status, reason and the name that a file got. */
async function answerOf(response: Response) {
  const { reason, name } = (await response.json().catch(() => ({}))) as { reason?: string; name?: string };
  return { status: response.status, ...(reason ? { reason } : {}), ...(name ? { name } : {}) };
}
const whole = (system: HostileSystem, name: string, body: BodyInit, headers = {}) =>
  system.web(`/api/data?name=${encodeURIComponent(name)}`, { method: "POST", body, headers });
const begin = (system: HostileSystem, name: string, size: number | string, headers = {}) =>
  system.web("/api/data", {
    method: "POST",
    headers: { ...TUS, "upload-length": String(size), "upload-metadata": named(name), ...headers },
  });
const placeOf = async (response: Response) => response.headers.get("location") ?? "nowhere";
const slice = (system: HostileSystem, place: string, offset: number | string, body: BodyInit, headers = {}) =>
  system.web(place, {
    method: "PATCH",
    headers: { ...SLICE, "upload-offset": String(offset), ...headers },
    body,
  });
const stored = (system: HostileSystem, name: string) =>
  readFile(join(system.home, "data/uploads", name)).catch(() => undefined);

export const rows: readonly HostileRow[] = [
  {
    what: "a file three times as long as the framework's buffer",
    send: async (system) => {
      const bytes = noise(33 * MB);
      const answer = await answerOf(await whole(system, "thrice.bin", bytes));
      const kept = await stored(system, "thrice.bin");
      return { ...answer, kept: kept?.length, same: kept && sha256(kept) === sha256(bytes) };
    },
    answer: { status: 200, name: "thrice.bin", kept: 33 * MB, same: true },
  },
  {
    what: "a call of the app that is longer than the framework's buffer",
    send: async (system) =>
      answerOf(
        await system.web("/api/trpc/graphs.create", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ json: { from: "file", text: "x".repeat(18 * MB) } }),
        }),
      ),
    answer: { status: 413, reason: "request-too-large" },
  },
  {
    what: "a body that ends before its declared length",
    send: async (system) => {
      const head = `POST /api/data?name=short.txt HTTP/1.1\r\nHost: 127.0.0.1:${system.port}\r\nCookie: ${system.cookie}\r\nContent-Length: 1000\r\nConnection: close\r\n\r\nonly this`;
      await system.raw(system.port, head, 1_000);
      await new Promise((done) => setTimeout(done, 500));
      return stored(system, "short.txt");
    },
    answer: undefined,
  },
  {
    what: "a slice at another place than where the last one ended",
    send: async (system) =>
      answerOf(await slice(system, await placeOf(await begin(system, "hole.txt", 10)), 5, "67890")),
    answer: { status: 409, reason: "upload-elsewhere" },
  },
  {
    what: "more bytes than were announced",
    send: async (system) =>
      answerOf(await slice(system, await placeOf(await begin(system, "more.txt", 3)), 0, "abcdef")),
    answer: { status: 413, reason: "upload-longer-than-said" },
  },
  {
    what: "a slice whose SHA-256 is another",
    send: async (system) => {
      const checksum = `sha256 ${createHash("sha256").update("other").digest("base64")}`;
      const place = await placeOf(await begin(system, "sum.txt", 3));
      return answerOf(await slice(system, place, 0, "abc", { "upload-checksum": checksum }));
    },
    answer: { status: 460, reason: "upload-slice-differs" },
  },
  {
    what: "a whole file whose SHA-256 is another",
    send: async (system) => {
      const digest = `sha-256=:${createHash("sha256").update("other").digest("base64")}:`;
      const place = await placeOf(await begin(system, "whole.txt", 3));
      const answer = await answerOf(await slice(system, place, 0, "abc", { "repr-digest": digest }));
      return { ...answer, kept: await stored(system, "whole.txt") };
    },
    answer: { status: 422, reason: "upload-differs", kept: undefined },
  },
  {
    what: "a length beyond what an upload may have",
    send: async (system) => answerOf(await begin(system, "huge.bin", 900_000_000_000)),
    answer: { status: 413, reason: "upload-too-large" },
  },
  {
    what: "a length that is no number",
    send: async (system) => answerOf(await begin(system, "minus.bin", "-5")),
    answer: { status: 400, reason: "upload-header" },
  },
  {
    what: "another version of the protocol",
    send: async (system) => answerOf(await begin(system, "old.bin", 5, { "tus-resumable": "0.2.2" })),
    answer: { status: 412, reason: "upload-protocol" },
  },
  {
    what: "metadata that is no base64",
    send: async (system) => answerOf(await begin(system, "x", 5, { "upload-metadata": "filename ***" })),
    answer: { status: 400, reason: "upload-header" },
  },
  {
    what: "a slice of another content type",
    send: async (system) => {
      const place = await placeOf(await begin(system, "type.txt", 3));
      return answerOf(await slice(system, place, 0, "abc", { "content-type": "text/plain" }));
    },
    answer: { status: 415, reason: "upload-slice-type" },
  },
  {
    what: "an upload that does not exist",
    send: async (system) => answerOf(await slice(system, `/api/data/${"0".repeat(32)}`, 0, "abc")),
    answer: { status: 404, reason: "upload-not-found" },
  },
  {
    what: "a path out of the folder as the name of a file",
    send: async (system) => answerOf(await whole(system, "../../../etc/cron.d/evil", "x")),
    answer: { status: 200, name: "evil" },
  },
  {
    what: "a name with a NUL, a line end and a character that turns the direction",
    send: async (system) => answerOf(await whole(system, "a\0b\nc\u202Evsc.csv", "x")),
    answer: { status: 200, name: "a_b_c_vsc.csv" },
  },
  {
    what: "the name of a device",
    send: async (system) => answerOf(await whole(system, "LPT1.csv", "x")),
    answer: { status: 200, name: "_LPT1.csv" },
  },
  {
    what: "a name of 300 characters in three bytes each",
    send: async (system) => answerOf(await whole(system, `${"機".repeat(300)}.jsonl`, "x")),
    answer: { status: 200, name: `${"機".repeat(64)}.jsonl` },
  },
  {
    what: "two names that look the same",
    send: async (system) => {
      await whole(system, "paper.csv", "latin");
      return answerOf(await whole(system, "рареr.csv", "cyrillic"));
    },
    answer: { status: 200, name: "рареr-2.csv" },
  },
  {
    what: "an unfinished upload as the file of a graph",
    send: async (system) => {
      const place = await placeOf(await begin(system, "half.jsonl", 100));
      await slice(system, place, 0, '{"a":1}\n');
      const path = `.telar-uploads/${place.split("/").at(-1)}/data`;
      const file = await system.graph("half.json", [{ id: "d", kind: "dataset-file", params: { path } }]);
      const { exit } = await system.says("check", file);
      const seen = await readdir(join(system.home, "data/uploads"));
      return { exit, seen: seen.includes("half.jsonl") };
    },
    answer: { exit: 2, seen: false },
  },
  {
    what: "an upload by a page of another site",
    send: async (system) =>
      (
        await system.web("/api/data?name=x", {
          method: "POST",
          body: "x",
          headers: { origin: "https://elsewhere.example" },
        })
      ).status,
    answer: 403,
  },
  {
    what: "a body of 2 MB for a page",
    send: async (system) =>
      (await system.web("/sign-in", { method: "POST", body: Buffer.alloc(2 * MB) })).status,
    answer: 413,
  },
];
