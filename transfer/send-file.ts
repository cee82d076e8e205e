/** Sends a file by tus 1.0.0, in slices, from where an earlier try ended. For browsers and the command line. */
import type { UploadState } from "./upload-state";

export type FileSource = {
  name: string;
  size: number;
  /** The same for the same file: an upload that broke off is found by it. */
  fingerprint: string;
  /** Bytes from `from` up to `to`. Only these are in memory. */
  slice(from: number, to: number): Promise<Uint8Array<ArrayBuffer> | Blob>;
};

export type Stored = NonNullable<UploadState["stored"]>;

export type Progress = {
  /** Bytes that are kept at the other end. */
  sent: number;
  /** Of these, what an earlier try had sent. */
  before: number;
  bytesPerSecond: number | undefined;
  secondsLeft: number | undefined;
  /** The connection is gone: seconds until the next try. */
  retryIn?: number;
};

export type SendOptions = {
  /** Where `/api/data` is; empty in a browser. */
  origin?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  onProgress?(progress: Progress): void;
  fetch?: typeof fetch;
  sleep?(ms: number, signal: AbortSignal | undefined): Promise<void>;
};

/** The other end refuses the file: a reason with values, as the app words it. */
export class UploadRefused extends Error {
  constructor(
    readonly reason: string,
    readonly values: Record<string, string | number>,
    readonly status: number,
  ) {
    super(reason);
    this.name = "UploadRefused";
  }
}

/** A slice grows while it takes less than this, so that progress is seen on slow lines and fast ones waste nothing. */
const SLICE = { first: 1 << 20, most: 32 << 20, growsBelowMs: 1_000 } as const;
const RETRY = { firstMs: 500, mostMs: 15_000, patienceMs: 10 * 60_000 } as const;
const TUS = { "tus-resumable": "1.0.0" } as const;

/**
 * What the file became at the other end. Goes on where an unfinished upload of the same file ended, and after a connection
 * broke; gives up after ten minutes without a byte, and what was sent stays for the next call.
 * @throws UploadRefused, the signal's reason
 */
export async function sendFile(file: FileSource, options: SendOptions = {}): Promise<Stored> {
  const { origin = "", headers = {}, signal, onProgress } = options;
  const get = options.fetch ?? fetch;
  const sleep = options.sleep ?? pause;
  const url = `${origin}/api/data`;
  const ask = (path: string, init: RequestInit = {}) =>
    get(`${url}${path}`, {
      ...init,
      headers: { ...headers, ...TUS, ...(init.headers as Record<string, string>) },
      ...(signal && { signal }),
    });

  const began = Date.now();
  /** Of the last byte that was kept. Who never answered is not waited for. */
  let last = 0;
  let wait: number = RETRY.firstMs;
  let [offset, before] = [0, 0];
  const progress = (): Progress => {
    const seconds = (Date.now() - began) / 1000;
    const bytesPerSecond = seconds > 0.2 && offset > before ? (offset - before) / seconds : undefined;
    const secondsLeft = bytesPerSecond && (file.size - offset) / bytesPerSecond;
    return { sent: offset, before, bytesPerSecond, secondsLeft };
  };
  /** Tries until the other end answers with something that another try would not change. */
  async function patiently<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      signal?.throwIfAborted();
      try {
        return await work();
      } catch (error) {
        signal?.throwIfAborted();
        const passes = !(error instanceof UploadRefused) || mayPass(error.status);
        if (!passes || Date.now() - last > RETRY.patienceMs) throw error;
        onProgress?.({ ...progress(), retryIn: wait / 1000 });
        await sleep(wait, signal);
        wait = Math.min(RETRY.mostMs, wait * 2);
      }
    }
  }

  const state = await patiently(async () => (await findUpload(ask, file)) ?? (await beginUpload(ask, file)));
  last = Date.now();
  offset = state.offset;
  before = state.offset;
  onProgress?.(progress());
  let { stored } = state;
  let slice: number = SLICE.first;
  while (!stored && offset < file.size) {
    await patiently(async () => {
      const to = Math.min(file.size, offset + slice);
      const bytes = await file.slice(offset, to);
      const since = Date.now();
      const answer = await ask(`/${state.id}`, {
        method: "PATCH",
        headers: {
          "content-type": "application/offset+octet-stream",
          "upload-offset": String(offset),
          ...(await checksumOf(bytes)),
        },
        body: bytes,
      }).catch(async (error: unknown) => {
        signal?.throwIfAborted();
        // Part of it may have arrived.
        offset = (await offsetOf(ask, state.id).catch(() => undefined)) ?? offset;
        throw error;
      });
      const now = Number(answer.headers.get("upload-offset") ?? Number.NaN);
      if (answer.status === 409 && now >= 0) offset = now;
      else if (!answer.ok) throw await refusalOf(answer);
      else {
        if (!(now > offset))
          throw new UploadRefused("upload-cut", { declared: to - offset, received: 0 }, 500);
        offset = now;
        last = Date.now();
        wait = RETRY.firstMs;
        if (last - since < SLICE.growsBelowMs) slice = Math.min(SLICE.most, slice * 2);
      }
    });
    onProgress?.(progress());
  }
  stored ??= (await patiently(async () => {
    const answer = await ask(`/${state.id}`);
    if (!answer.ok) throw await refusalOf(answer);
    return ((await answer.json()) as UploadState).stored;
  })) as Stored | undefined;
  if (!stored) throw new UploadRefused("upload-cut", { declared: file.size, received: offset }, 500);
  return stored;
}

/** Ends an unfinished upload of the file, so that nothing of it is kept. */
export async function forgetFile(file: FileSource, options: Omit<SendOptions, "signal"> = {}): Promise<void> {
  const { origin = "", headers = {} } = options;
  const get = options.fetch ?? fetch;
  const ask = (path: string, init: RequestInit = {}) =>
    get(`${origin}/api/data${path}`, { ...init, headers: { ...headers, ...TUS } });
  const found = await findUpload(ask, file);
  if (found) await ask(`/${found.id}`, { method: "DELETE" });
}

type Ask = (path: string, init?: RequestInit) => Promise<Response>;

async function findUpload(ask: Ask, { size, fingerprint }: FileSource): Promise<UploadState | undefined> {
  const answer = await ask(`?fingerprint=${encodeURIComponent(fingerprint)}`);
  if (!answer.ok) throw await refusalOf(answer);
  const { uploads } = (await answer.json()) as { uploads: UploadState[] };
  return uploads.find((upload) => upload.size === size && !upload.stored);
}

async function beginUpload(ask: Ask, { name, size, fingerprint }: FileSource): Promise<UploadState> {
  const metadata = [`filename ${base64(name)}`, `fingerprint ${base64(fingerprint)}`].join(",");
  const headers = { "upload-length": String(size), "upload-metadata": metadata };
  const answer = await ask("", { method: "POST", headers });
  if (!answer.ok) throw await refusalOf(answer);
  return (await answer.json()) as UploadState;
}

async function offsetOf(ask: Ask, id: string): Promise<number | undefined> {
  const answer = await ask(`/${id}`, { method: "HEAD" });
  const offset = Number(answer.headers.get("upload-offset") ?? Number.NaN);
  return answer.ok && offset >= 0 ? offset : undefined;
}

async function refusalOf(answer: Response): Promise<UploadRefused> {
  const said = (await answer.json().catch(() => ({}))) as {
    reason?: string;
    values?: UploadRefused["values"];
  };
  return new UploadRefused(said.reason ?? "upload-failed", said.values ?? {}, answer.status);
}

/** Trouble of the moment: too busy, locked, a part that arrived changed, a server that starts again. */
const mayPass = (status: number) =>
  status === 408 || status === 423 || status === 429 || status === 460 || (status >= 500 && status !== 507);

/** Where the platform can make one: a page that came over plain HTTP from another machine cannot. */
async function checksumOf(bytes: Uint8Array<ArrayBuffer> | Blob): Promise<Record<string, string>> {
  if (!globalThis.crypto?.subtle) return {};
  const data = bytes instanceof Blob ? await bytes.arrayBuffer() : bytes;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return { "upload-checksum": `sha256 ${btoa(String.fromCharCode(...digest))}` };
}

const base64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((done, fail) => {
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      fail(signal.reason);
    });
  });
}
