/** A job without a channel: it asks Telar by files, and says what it has to say in `events.ndjson`. */
import { randomBytes } from "node:crypto";
import { renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Answers, MadeFolder } from "@/engines/job/answer-asks";
import { asker } from "@/engines/job/ask-telar";
import { encodeNumber } from "@/engines/job/event";
import type { EventWriter } from "@/engines/job/event-writer";
import type { JobFolder } from "@/engines/job/folder";
import { listMade } from "@/engines/job/made-files";
import { jobKey } from "@/engines/job/seal";
import type { Values } from "@/graph/problems";
import * as limits from "./limits";
import type { Speech } from "./speech";

export function fileAnswers(folder: JobFolder, events: EventWriter, signal: AbortSignal): Answers {
  const ask = asker(folder, signal);
  const key = jobKey();
  /** Telar takes folders from below `checkpoints` alone; a step's own folder lies elsewhere. */
  const offer = async ({ dir, files }: MadeFolder) => {
    const isInside = dirname(dir) === folder.checkpoints;
    const name = isInside ? basename(dir) : `${basename(dir)}-${randomBytes(4).toString("hex")}`;
    const inside = join(folder.checkpoints, name);
    if (!isInside) renameSync(dir, inside);
    return { dir: name, files: files ? [...files] : await listMade(inside) };
  };
  const wrong = (answer: { answer: string }) =>
    new Error(`Telar answered another question: ${answer.answer}`);
  return {
    async stage(name, stageKey) {
      const answer = await ask({ ask: "stage", name, key: stageKey });
      if (answer.answer !== "folder") throw wrong(answer);
      return answer.dir;
    },
    async stageMade(name, stageKey, made) {
      const answer = await ask({ ask: "stage-made", name, key: stageKey, ...(await offer(made)) });
      if (answer.answer !== "folder" || !answer.dir) throw wrong(answer);
      return answer.dir;
    },
    async checkpoint(scope) {
      const answer = await ask({ ask: "checkpoints", ...(scope ? { scope } : {}) });
      if (answer.answer !== "checkpoint") throw wrong(answer);
      return answer.found;
    },
    async checkpointMade(step, made, scope) {
      const offered = await offer(made);
      const answer = await ask({ ask: "checkpoint-made", step, ...offered, ...(scope ? { scope } : {}) });
      if (answer.answer !== "kept") throw wrong(answer);
      if (!scope) events.write({ t: "checkpoint", step });
    },
    async secret(name) {
      const answer = await ask({ ask: "secret", name, publicKey: key.publicKey.toString("base64") });
      if (answer.answer !== "sealed") throw wrong(answer);
      const bytes = (text: string) => Buffer.from(text, "base64");
      return key.open({ enc: bytes(answer.enc), sealed: bytes(answer.sealed) }, name);
    },
  };
}

export function fileSpeech(events: EventWriter): Speech {
  let lines = 0;
  return {
    log(level, code, values) {
      if (++lines > limits.logLinesPerAttempt && level === "info") return;
      events.write({ t: "log", at: new Date().toISOString(), level, code, values: values as Values });
    },
    progress: (done, total, unit) =>
      events.write({ t: "progress", done, unit, ...(total === undefined ? {} : { total }) }),
    metric: (name, step, value) => events.write({ t: "metric", name, step, value: encodeNumber(value) }),
    sample: (sample) => events.write({ t: "sample", ...sample }),
  };
}
