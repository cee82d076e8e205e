/** Blobs in a bucket: `prefix/sha256/ab/abcd…`, with a folder on this machine that holds what was used last. */
import { createHash, randomBytes } from "node:crypto";
import { createReadStream, createWriteStream, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { sayDiskFull } from "@/engines/disk-full";
import { cacheOf } from "./cache-folder";
import * as limits from "./limits";
import { localStore } from "./local-store";
import { isNotFound, s3Failure } from "./s3-errors";
import { endpointOf, openClient, type S3 } from "./s3-place";
import { BlobDamaged, type BlobStore, type ByteRange, type StoredBlob } from "./store";
import { sweepFolder } from "./sweep-folder";

export type S3Settings = {
  bucket: string;
  prefix: string;
  cacheDir: string;
  cacheBytes: number;
  /** What this process opens stays in the cache until it says `release`. */
  pins?: boolean;
};

export function s3Store({ bucket, prefix, cacheDir, cacheBytes, pins = false }: S3Settings): BlobStore {
  const place = `s3://${[bucket, prefix].filter(Boolean).join("/")}`;
  const where = { bucket, prefix, endpoint: endpointOf(), place };
  const cache = localStore(cacheDir);
  const cached = cacheOf(cacheDir, { maxBytes: cacheBytes, pins });
  const root = prefix ? `${prefix}/` : "";
  const keyOf = (sha256: string) => `${root}sha256/${sha256.slice(0, 2)}/${sha256}`;
  let opened: Promise<S3> | undefined;

  /** One request or several, with what goes wrong said once. */
  async function ask<T>(work: (s3: S3) => Promise<T>): Promise<T> {
    try {
      opened ??= openClient(where);
      return await work(await opened);
    } catch (error) {
      throw error instanceof BlobDamaged ? error : s3Failure(error, where);
    }
  }

  /** Undefined when it is not there. */
  const get = ({ client, sdk }: S3, sha256: string, range?: ByteRange): Promise<Readable | undefined> =>
    client
      .send(
        new sdk.GetObjectCommand({
          Bucket: bucket,
          Key: keyOf(sha256),
          ...(range ? { Range: `bytes=${range.start}-${range.end}` } : {}),
        }),
      )
      .then(
        ({ Body }) => Body as Readable,
        (error) => {
          if (isNotFound(error)) return undefined;
          throw error;
        },
      );

  /** Into the cache, verified on the way. */
  async function fetch(sha256: string): Promise<boolean> {
    const size = await ask(async (s3) => {
      const body = await get(s3, sha256);
      if (!body) return undefined;
      const path = join(cache.scratch, `fetch-${randomBytes(8).toString("hex")}`);
      try {
        const hash = createHash("sha256");
        body.on("data", (chunk) => hash.update(chunk));
        await sayDiskFull(cacheDir, () => pipeline(body, createWriteStream(path)));
        if (hash.digest("hex") !== sha256) throw new BlobDamaged(`${place} ${sha256}`);
        const { size } = statSync(path);
        await cache.take([{ path, sha256 }]);
        return size;
      } finally {
        await rm(path, { force: true });
      }
    });
    if (size === undefined) return false;
    cached.added(size);
    return true;
  }

  async function hold(sha256: string): Promise<boolean> {
    cached.use([sha256]);
    return (await cache.has(sha256)) || fetch(sha256);
  }

  async function upload({ client, sdk }: S3, path: string, sha256: string): Promise<void> {
    const { size } = statSync(path);
    const target = { Bucket: bucket, Key: keyOf(sha256), ContentType: "application/octet-stream" };
    if (size <= limits.partBytes) {
      const body = createReadStream(path);
      await client.send(new sdk.PutObjectCommand({ ...target, Body: body, ContentLength: size }));
      return;
    }
    const { Upload } = await import("@aws-sdk/lib-storage");
    const partSize = Math.max(limits.partBytes, Math.ceil(size / limits.maxParts));
    await new Upload({
      client,
      params: { ...target, Body: createReadStream(path) },
      partSize,
      queueSize: limits.partsAtOnce,
    }).done();
  }

  async function* list(): AsyncGenerator<StoredBlob> {
    for (let token: string | undefined; ; ) {
      const page = await ask(({ client, sdk }) =>
        client.send(
          new sdk.ListObjectsV2Command({
            Bucket: bucket,
            Prefix: `${root}sha256/`,
            ...(token ? { ContinuationToken: token } : {}),
          }),
        ),
      );
      for (const { Key = "", Size = 0, LastModified } of page.Contents ?? []) {
        const sha256 = /\/([0-9a-f]{64})$/.exec(Key)?.[1];
        if (sha256 && LastModified) yield { sha256, size: Size, modified: LastModified };
      }
      token = page.NextContinuationToken;
      if (!token) return;
    }
  }

  return {
    place,
    scratch: cache.scratch,
    views: cache.views,
    // Always written, also when the bucket has it: it then counts as new, and a damaged one is healed.
    async take(files) {
      for (const { path, sha256 } of files) {
        await ask((s3) => upload(s3, path, sha256));
        const { size } = statSync(path);
        await cache.take([{ path, sha256 }]);
        cached.added(size);
      }
    },
    read: async (sha256) => ((await hold(sha256)) ? cache.read(sha256) : undefined),
    local: async (sha256) => ((await hold(sha256)) ? cache.local(sha256) : undefined),
    link: async (sha256, path) => (await hold(sha256)) && cache.link(sha256, path),
    async stream(sha256, range) {
      if (await cache.has(sha256)) return cache.stream(sha256, range);
      return ask((s3) => get(s3, sha256, range));
    },
    use: cached.use,
    release: cached.release,
    async forget(sha256) {
      if (!(await cache.has(sha256))) return false;
      await cache.remove([sha256]);
      return true;
    },
    has: (sha256) =>
      ask(({ client, sdk }) =>
        client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: keyOf(sha256) })).then(
          () => true,
          (error) => {
            if (isNotFound(error)) return false;
            throw error;
          },
        ),
      ),
    absent: () => [],
    check: (sha256, size) =>
      ask(async (s3) => {
        const body = await get(s3, sha256);
        if (!body) return "missing";
        const hash = createHash("sha256");
        let bytes = 0;
        for await (const chunk of body) {
          hash.update(chunk);
          bytes += chunk.length;
        }
        return bytes === size && hash.digest("hex") === sha256 ? "whole" : "damaged";
      }),
    owners: () =>
      ask(async ({ client, sdk }) => {
        const Prefix = `${root}owners/`;
        const { Contents = [] } = await client.send(new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix }));
        return Contents.flatMap(({ Key }) => (Key ? [Key.slice(Prefix.length)] : []));
      }),
    own: (installation) =>
      ask(async ({ client, sdk }) => {
        const Key = `${root}owners/${installation}`;
        await client.send(new sdk.PutObjectCommand({ Bucket: bucket, Key, Body: "telar" }));
      }),
    list,
    async remove(sha256s) {
      for (let at = 0; at < sha256s.length; at += limits.removedAtOnce) {
        const Objects = sha256s
          .slice(at, at + limits.removedAtOnce)
          .map((sha256) => ({ Key: keyOf(sha256) }));
        await ask(async ({ client, sdk }) => {
          const { Errors } = await client.send(
            new sdk.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
          );
          if (Errors?.[0]) throw Object.assign(new Error(Errors[0].Message), { Code: Errors[0].Code });
        });
      }
      await cache.remove(sha256s);
    },
    async sweep(before) {
      const local = (await sweepFolder(cache.scratch, before)) + (await sweepFolder(cache.views, before));
      return local + (await ask((s3) => abortUploads(s3, bucket, `${root}sha256/`, before)));
    },
  };
}

/** Uploads in parts whose writer died: their parts cost money and no listing of objects shows them. */
async function abortUploads(
  { client, sdk }: S3,
  Bucket: string,
  Prefix: string,
  before: Date,
): Promise<number> {
  let aborted = 0;
  for (let more = {}; ; ) {
    const page = await client.send(new sdk.ListMultipartUploadsCommand({ Bucket, Prefix, ...more }));
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (!Key || !UploadId || !Initiated || Initiated >= before) continue;
      await client.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch((error) => {
        // Finished or aborted meanwhile.
        if ((error as Error).name !== "NoSuchUpload") throw error;
      });
      aborted++;
    }
    if (!page.IsTruncated) return aborted;
    more = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}

/**
 * Asks once for what the store must allow: listing, writing and removing below the prefix.
 * @throws Failure with the variable to fix
 */
export async function tryS3({ bucket, prefix }: Pick<S3Settings, "bucket" | "prefix">): Promise<void> {
  const place = `s3://${[bucket, prefix].filter(Boolean).join("/")}`;
  const where = { bucket, prefix, endpoint: endpointOf(), place };
  try {
    const { client, sdk } = await openClient(where);
    const Key = `${prefix ? `${prefix}/` : ""}try-${randomBytes(8).toString("hex")}`;
    try {
      await client.send(new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 }));
      await client.send(new sdk.PutObjectCommand({ Bucket: bucket, Key, Body: "telar" }));
      await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key }));
    } finally {
      client.destroy();
    }
  } catch (error) {
    throw s3Failure(error, where);
  }
}
