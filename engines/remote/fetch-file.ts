/** A file that a graph names by its address: fetched once, kept with its digest, and asked for again only when it may have changed. */
import { createHash } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { basename, join } from "node:path";
import type { Agent, Response } from "undici";
import { Failure } from "@/graph/problems";
import { sayDiskFull } from "../disk-full";
import { reasonOf } from "../hub/hub-api";
import { withLock } from "../hub/lock";
import { guardedAgent, privateAddress } from "./guarded-agent";
import { FRESH_MS, MAX_DOWNLOAD_BYTES, MAX_REDIRECTS, STALL_MS } from "./limits";
import { isPublicAddress } from "./public-address";

export type FetchOptions = {
  downloadsDir: string;
  signal?: AbortSignal | undefined;
  /** Which addresses may be connected to. */
  allow?: (address: string) => boolean;
  freshMs?: number;
};
/** `sha256` is of the bytes as they came. */
export type FetchedFile = { path: string; sha256: string };

type Note = {
  url: string;
  name: string;
  /** Where the file lies, so that no name from outside meets the note's own; absent in notes of earlier versions. */
  folder?: typeof BODY;
  sha256: string;
  size: number;
  checkedAt: number;
  etag?: string;
  lastModified?: string;
};

const BODY = "body";
const NOTE = "note.json";
/** Every file system takes as many letters. */
const NAME_LENGTH = 120;

export const isUrl = (path: string): boolean => /^[a-z][a-z0-9+.-]+:\/\//i.test(path);

/**
 * The kept copy, brought up to date with a conditional request. A server that is away leaves the kept copy in use.
 * @throws Failure `url-scheme`, `url-private`, `url-refused`, `url-too-large`, `url-unreachable`
 */
export async function fetchFile(
  url: string,
  { downloadsDir, signal, allow = isPublicAddress, freshMs = FRESH_MS }: FetchOptions,
): Promise<FetchedFile> {
  const address = checkedUrl(url);
  const dir = join(downloadsDir, createHash("sha256").update(url).digest("hex").slice(0, 32));
  return withLock(`${dir}.lock`, signal, async () => {
    const kept = await readNote(dir);
    const current = kept && Date.now() - kept.checkedAt < freshMs;
    const note = current ? kept : await bringUpToDate(address, dir, kept, signal, allow);
    return { path: placeOf(dir, note), sha256: note.sha256 };
  });
}

function checkedUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password)
    throw new Failure("INVALID_INPUT", "url-scheme", { path: withoutLogin(url) });
  return parsed;
}

/** A name and password in an address are never shown. */
const withoutLogin = (url: string) => url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, "$1");

const placeOf = (dir: string, { folder, name }: Note) => (folder ? join(dir, folder, name) : join(dir, name));

async function readNote(dir: string): Promise<Note | undefined> {
  try {
    const note = JSON.parse(await readFile(join(dir, NOTE), "utf8")) as Note;
    // Before files had a folder of their own, one of this name was the note itself.
    if (!note.folder && note.name === NOTE) return undefined;
    const { size } = await stat(placeOf(dir, note));
    return size === note.size ? note : undefined;
  } catch {
    return undefined;
  }
}

async function bringUpToDate(
  url: URL,
  dir: string,
  kept: Note | undefined,
  signal: AbortSignal | undefined,
  allow: (address: string) => boolean,
): Promise<Note> {
  const agent = await guardedAgent(url, allow, { silentMs: STALL_MS });
  try {
    const response = await request(url, agent, kept, signal, allow);
    if (response.status === 304 && kept) return await writeNote(dir, { ...kept, checkedAt: Date.now() });
    return await sayDiskFull(dir, () => store(url, dir, response, signal));
  } catch (error) {
    signal?.throwIfAborted();
    const refused = refusal(error);
    if (refused) throw refused;
    if (kept) return kept;
    throw new Failure(
      "UNAVAILABLE",
      "url-unreachable",
      { path: url.href, why: reasonOf(error) },
      { cause: error },
    );
  } finally {
    await agent.destroy();
  }
}

async function request(
  start: URL,
  agent: Agent,
  kept: Note | undefined,
  signal: AbortSignal | undefined,
  allow: (address: string) => boolean,
): Promise<Response> {
  const headers = {
    "user-agent": "telar",
    // The bytes as they are: a digest must not depend on how they were sent.
    "accept-encoding": "identity",
    ...(kept?.etag ? { "if-none-match": kept.etag } : {}),
    ...(kept?.lastModified ? { "if-modified-since": kept.lastModified } : {}),
  };
  const { fetch } = await import("undici");
  let url = start;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    if (isIP(host) && !allow(host)) throw privateAddress(start);
    const response = await fetch(url, {
      headers,
      dispatcher: agent,
      redirect: "manual",
      ...(signal ? { signal } : {}),
    });
    const next = response.status >= 300 && response.status < 400 && response.headers.get("location");
    if (!next) {
      const packed = response.headers.get("content-encoding");
      if (packed && packed.toLowerCase() !== "identity") {
        await response.body?.cancel().catch(() => {});
        throw new Error("it sends the file compressed, though it was asked for the bytes as they are");
      }
      if (response.ok || response.status === 304) return response;
      await response.body?.cancel().catch(() => {});
      if (response.status >= 500) throw new Error(`it answers with status ${response.status}`);
      throw new Failure("INVALID_INPUT", "url-refused", { path: start.href, status: response.status });
    }
    await response.body?.cancel().catch(() => {});
    url = checkedUrl(new URL(next, url).href);
  }
  throw new Error("it redirects in circles");
}

async function store(
  url: URL,
  dir: string,
  response: Response,
  signal: AbortSignal | undefined,
): Promise<Note> {
  await mkdir(join(dir, BODY), { recursive: true });
  const name = nameOf(url);
  const partial = join(dir, ".partial");
  const hash = createHash("sha256");
  let size = 0;
  const out = await open(partial, "w");
  try {
    for await (const chunk of response.body ?? []) {
      signal?.throwIfAborted();
      size += chunk.byteLength;
      if (size > MAX_DOWNLOAD_BYTES)
        throw new Failure("INVALID_INPUT", "url-too-large", {
          path: url.href,
          gigabytes: MAX_DOWNLOAD_BYTES / 1024 ** 3,
        });
      hash.update(chunk);
      await out.writeFile(chunk);
    }
    await out.sync();
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    await out.close();
  }
  await rename(partial, join(dir, BODY, name));
  const [etag, lastModified] = [response.headers.get("etag"), response.headers.get("last-modified")];
  return writeNote(dir, {
    url: url.href,
    name,
    folder: BODY,
    sha256: hash.digest("hex"),
    size,
    checkedAt: Date.now(),
    ...(etag ? { etag } : {}),
    ...(lastModified ? { lastModified } : {}),
  });
}

/** The last part of the address as a plain name, its ending kept: endings say what a file is. */
function nameOf({ pathname }: URL): string {
  let path = pathname;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    // Half a percent sign: the letters as they stand do as well.
  }
  const plain = basename(path)
    .replace(/[^\w.-]+/g, "_")
    .replace(/^[.]+/, "");
  return plain.slice(-NAME_LENGTH).replace(/^[.]+/, "") || "file";
}

async function writeNote(dir: string, note: Note): Promise<Note> {
  const partial = join(dir, ".note");
  await writeFile(partial, JSON.stringify(note));
  await rename(partial, join(dir, NOTE));
  return note;
}

/** A refusal may be wrapped by the client that met it while connecting. */
function refusal(error: unknown): Failure | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof Failure) return at;
  return undefined;
}
