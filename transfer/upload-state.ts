/** An upload as both sides speak of it. */
export type UploadState = {
  id: string;
  /** The name it will have, made safe. Another where that one is taken: see `stored`. */
  name: string;
  /** Null: it ends when the sender says so. */
  size: number | null;
  /** Bytes that are kept: the next one to send. */
  offset: number;
  expiresAt: string;
  /** `path` is what graphs use; `sha256` is of the bytes on the disk, in hex. */
  stored?: { path: string; name: string; sha256: string };
};
