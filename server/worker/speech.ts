/** What a runner says, as messages for its worker: bounded, and the same whichever way a job runs. */
import { decodeNumber } from "@/engines/job/event";
import type { Read } from "@/engines/job/event-reader";
import type { Context } from "@/graph/runner";
import { storableText } from "@/graph/storable";
import * as limits from "./limits";
import type { JobEvent, LogLine } from "./messages";

export type Speech = Pick<Context, "progress" | "metric" | "sample"> & {
  log(level: LogLine["level"], code: string, values: Record<string, unknown>): void;
};

export function createSpeech(say: (event: JobEvent) => void): Speech {
  const started = performance.now();
  let lines = 0;
  const log: Speech["log"] = (level, code, values) => {
    // A runner that logs every row must not fill the database.
    if (++lines > limits.logLinesPerAttempt && level === "info") return;
    say({ say: "log", line: { at: new Date().toISOString(), level, code, values: shorten(values) } });
  };
  return {
    log,
    progress(done, total, unit) {
      const elapsed = (performance.now() - started) / 1000;
      const left = total && done > 0 && total > done ? (elapsed / done) * (total - done) : undefined;
      const more = {
        ...(total === undefined ? {} : { total }),
        ...(left === undefined ? {} : { secondsLeft: left }),
      };
      say({ say: "progress", progress: { done, unit, ...more } });
    },
    metric(name, step, value) {
      if (Number.isFinite(value)) say({ say: "metric", name, step: Math.round(step), value });
      else log("warn", "metric-not-finite", { name, step, value: String(value) });
    },
    sample: ({ prompt, text, ...step }) =>
      say({ say: "sample", prompt: storableText(prompt), text: storableText(text), ...step }),
  };
}

/** One event of a job folder. The last one, and what only the folder's reader needs, say nothing. */
export function speakEvent(speech: Speech, read: Read): void {
  switch (read.t) {
    case "progress":
      speech.progress(read.done, read.total, read.unit);
      break;
    case "metric":
      speech.metric(read.name, read.step, decodeNumber(read.value));
      break;
    case "log":
      speech.log(read.level, read.code, read.values);
      break;
    case "unread":
      speech.log("warn", read.code, read.values);
      break;
    case "sample": {
      const { prompt, text, step } = read;
      speech.sample({ prompt, text, ...(step === undefined ? {} : { step: Math.round(step) }) });
      break;
    }
    case "checkpoint":
    case "artifact":
    case "done":
    case "error":
      break;
  }
}

function shorten(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === "string" ? storableText(value.slice(0, limits.logLineChars)) : value,
    ]),
  );
}
