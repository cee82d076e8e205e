/** Follows the folder of a running job: its events as they come, its questions as it asks them, and how it ended. */
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { FailureCode, Values } from "@/graph/problems";
import { type Answers, AskReader } from "./answer-asks";
import type { JobEvent, MadeOutput } from "./event";
import { EventFile } from "./event-file";
import type { Read } from "./event-reader";
import type { JobFolder } from "./folder";
import * as limits from "./limits";

/** `silent`: the process ended, or was ended, without its last event. */
export type Outcome =
  | { end: "done"; outputs: ReadonlyMap<string, MadeOutput>; peakBytes: number }
  | { end: "error"; code: FailureCode; reason: string; values: Values; detail: string; peakBytes: number }
  | { end: "silent" };

export type Watch = {
  params: unknown;
  answers: Answers;
  /** Hears all but the last event. */
  heard(read: Exclude<Read, { t: "done" | "error" }>): void;
  /** Settles when the process is gone. */
  exited: Promise<unknown>;
};

/** Resolves with the job's last event, or when it is gone without one. Events after the last one are not read. */
export async function watchJob(folder: JobFolder, watch: Watch): Promise<Outcome> {
  const file = new EventFile(folder.events);
  const asks = new AskReader(folder, watch.params, watch.answers);
  const sealed = new Map<string, MadeOutput>();
  let gone = false;
  let failed: { error: unknown } | undefined;
  /** Not waited for: events go on meanwhile, since an answer may store gigabytes. */
  const answer = () =>
    asks.look().catch((error) => {
      failed = { error };
    });
  const exited = watch.exited.then(
    () => {
      gone = true;
    },
    () => {
      gone = true;
    },
  );
  try {
    for (;;) {
      // Looked at after the process ended, nothing can follow.
      const last = gone;
      for await (const read of file.read()) {
        if (read.t === "done" || read.t === "error") return ending(read, sealed);
        if (read.t === "artifact") sealed.set(read.port, { facts: read.facts, files: read.files });
        watch.heard(read);
      }
      if (failed) throw failed.error;
      void answer();
      if (last) {
        // What it asked to be kept just before it was killed is kept. The first look may have begun before that.
        await answer();
        await answer();
        return { end: "silent" };
      }
      await Promise.race([exited, sleep(limits.pollMs)]);
    }
  } finally {
    await answer();
    for (const read of await file.end()) if (read.t === "unread") watch.heard(read);
  }
}

function ending(
  event: Extract<JobEvent, { t: "done" | "error" }>,
  sealed: ReadonlyMap<string, MadeOutput>,
): Outcome {
  if (event.t === "error") {
    const { code, reason, values, detail, peakBytes } = event;
    return { end: "error", code, reason, values, detail, peakBytes };
  }
  const outputs = new Map(Object.entries(event.outputs));
  for (const [port, made] of sealed)
    if (!isDeepStrictEqual(outputs.get(port), made))
      return {
        end: "error",
        code: "INTERNAL",
        reason: "job-output-differs",
        values: { port },
        detail: "",
        peakBytes: event.peakBytes,
      };
  return { end: "done", outputs, peakBytes: event.peakBytes };
}
