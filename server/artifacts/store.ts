/** Where bytes lie, named by their SHA-256 (64 hex digits). */
export type BlobStore = {
  /** In words, for messages: a folder or a bucket. */
  place: string;
  /** A folder on this machine, on the store's own disk where it has one: files from here are moved in, not copied. */
  scratch: string;
  /** Where artifacts are laid out as folders, on the same disk. */
  views: string;
  has(sha256: string): Promise<boolean>;
  /** Takes the files: they are gone from their paths afterwards. They appear in this order, each whole. */
  take(files: readonly { path: string; sha256: string }[]): Promise<void>;
  /** Whole, for small ones. Undefined when it is not there. */
  read(sha256: string): Promise<Buffer | undefined>;
  /** A local file with these bytes; fetched first where the store is elsewhere. Undefined when it is not there. */
  local(sha256: string): Promise<string | undefined>;
  /** Makes the bytes appear at `path`. Not to be written to. */
  link(sha256: string, path: string): Promise<boolean>;
};
