"use client";
/** Files on their way to the server: sent in slices, gone on with after a break, told of in the tray. */
import { create } from "zustand";
import { teamHeaders } from "@/app/trpc/team";
import {
  type FileSource,
  forgetFile,
  type Progress,
  type Stored,
  sendFile,
  UploadRefused,
} from "@/transfer/send-file";

export type Upload = {
  id: number;
  name: string;
  size: number;
  progress: Progress;
  /** It waits for a person: why it ended. */
  failure?: { reason: string; values: Record<string, string | number> };
};

type State = { uploads: readonly Upload[] };
export const useUploads = create<State>(() => ({ uploads: [] }));

/** What stands behind an upload that is shown. */
type Running = { source: FileSource; stop: AbortController; end: (stored: Stored | undefined) => void };
const running = new Map<number, Running>();
let next = 1;

const change = (id: number, over: Partial<Upload>) =>
  useUploads.setState(({ uploads }) => ({
    uploads: uploads.map((one) => (one.id === id ? { ...one, ...over } : one)),
  }));
const remove = (id: number) => {
  running.delete(id);
  useUploads.setState(({ uploads }) => ({ uploads: uploads.filter((one) => one.id !== id) }));
};

/** What the file became on the server; undefined where a person gave it up. A file chosen again goes on where it stopped. */
export function uploadFile(file: File): Promise<Stored | undefined> {
  const id = next++;
  const source: FileSource = {
    name: file.name,
    size: file.size,
    fingerprint: `${file.name} ${file.size} ${file.lastModified}`,
    slice: async (from, to) => file.slice(from, to),
  };
  const progress = { sent: 0, before: 0, bytesPerSecond: undefined, secondsLeft: undefined };
  useUploads.setState(({ uploads }) => ({
    uploads: [...uploads, { id, name: file.name, size: file.size, progress }],
  }));
  return new Promise((end) => {
    running.set(id, { source, stop: new AbortController(), end });
    void run(id);
  });
}

async function run(id: number): Promise<void> {
  const found = running.get(id);
  if (!found) return;
  const { source, stop, end } = found;
  try {
    const stored = await sendFile(source, {
      headers: teamHeaders(),
      signal: stop.signal,
      onProgress: (progress) => change(id, { progress }),
    });
    remove(id);
    end(stored);
  } catch (error) {
    if (stop.signal.aborted) return;
    const failure =
      error instanceof UploadRefused
        ? { reason: error.reason, values: error.values }
        : // A file that was moved or changed while it was read is one that the browser cannot read any more.
          {
            reason: (error as Error).name === "NotReadableError" ? "upload-unreadable" : "upload-broken",
            values: {},
          };
    change(id, { failure });
  }
}

/** Sends on after what ended it is mended. */
export function resumeUpload(id: number): void {
  useUploads.setState(({ uploads }) => ({
    uploads: uploads.map(({ failure, ...one }) => (one.id === id || !failure ? one : { ...one, failure })),
  }));
  void run(id);
}

/** Nothing of it is kept. */
export function cancelUpload(id: number): void {
  const found = running.get(id);
  remove(id);
  if (!found) return;
  found.stop.abort();
  found.end(undefined);
  void forgetFile(found.source, { headers: teamHeaders() }).catch(() => {});
}

/** Leaving the page ends what is under way; choosing the file again goes on with it. */
export const areUploading = () => useUploads.getState().uploads.some(({ failure }) => !failure);
