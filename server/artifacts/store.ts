import type { Readable } from "node:stream";

/** What is found where a blob should be. */
export type Presence = "whole" | "missing" | "damaged";
export type StoredBlob = { sha256: string; size: number; modified: Date };
/** First and last byte, both included. */
export type ByteRange = { start: number; end: number };

/** What came out of the store is not what its name says. Never kept, never served. */
export class BlobDamaged extends Error {
  override name = "BlobDamaged";
}

/** Where bytes lie, named by their SHA-256 (64 hex digits). */
export type BlobStore = {
  /** In words, for messages: a folder or a bucket. */
  place: string;
  /** A folder on this machine, on the store's own disk where it has one: files from here are moved in, not copied. */
  scratch: string;
  /** Where artifacts are laid out as folders, on the same disk. */
  views: string;
  /** Takes the files: they are gone from their paths afterwards. They appear in this order, each whole, and count as new. */
  take(files: readonly { path: string; sha256: string }[]): Promise<void>;
  /** Whole, for small ones. Undefined when it is not there. */
  read(sha256: string): Promise<Buffer | undefined>;
  /** A local file with these bytes; fetched first where the store is elsewhere. Undefined when it is not there. */
  local(sha256: string): Promise<string | undefined>;
  /** Makes the bytes appear at `path`. Not to be written to. False when they are not there. */
  link(sha256: string, path: string): Promise<boolean>;
  /** The bytes, or some of them, without fetching the rest. */
  stream(sha256: string, range?: ByteRange): Promise<Readable | undefined>;
  /** Says that this process is about to read them: copies on this machine stay. */
  use(sha256s: readonly string[]): void;
  /** Says that it reads nothing any more of what it opened so far. */
  release(): void;
  /** Drops a copy on this machine that turned out wrong. True when there was one and the store is worth asking again. */
  forget(sha256: string): Promise<boolean>;

  /** In the store itself, whatever copies this machine has. */
  has(sha256: string): Promise<boolean>;
  /** Those that are not there or have another size (undefined: any), where that is known without asking another machine. */
  absent(blobs: readonly { sha256: string; size: number | undefined }[]): string[];
  /** Reads all of it in the store itself. */
  check(sha256: string, size: number): Promise<Presence>;
  /** Installations that keep artifacts here, by id; `own` adds one. */
  owners(): Promise<string[]>;
  own(installation: string): Promise<void>;
  list(): AsyncIterable<StoredBlob>;
  remove(sha256s: readonly string[]): Promise<void>;
  /** Removes what interrupted writers left behind, begun before `before`. Returns how many things. */
  sweep(before: Date): Promise<number>;
};
