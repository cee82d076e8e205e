/** The job's side of a question to Telar: a file out, a file back. */
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "@/graph/problems";
import { type JobAnswer, type JobAsk, jobAnswer } from "./ask";
import type { JobFolder } from "./folder";
import * as limits from "./limits";

/** Asks one question after another of the folder; waits as long as it takes. */
export function asker({ asks, answers }: Pick<JobFolder, "asks" | "answers">, signal: AbortSignal) {
  let asked = 0;
  /** @throws Failure as Telar refused it */
  return async (ask: JobAsk): Promise<Exclude<JobAnswer, { answer: "refused" }>> => {
    const name = `${++asked}.json`;
    await mkdir(asks, { recursive: true });
    // Whole or not there: the other side may look at any moment.
    await writeFile(join(asks, `.${name}`), JSON.stringify(ask));
    await rename(join(asks, `.${name}`), join(asks, name));
    const file = join(answers, name);
    while (!existsSync(file)) await sleep(limits.answerPollMs, undefined, { signal });
    const answer = jobAnswer.parse(JSON.parse(await readFile(file, "utf8")));
    if (answer.answer === "refused") throw new Failure(answer.code, answer.reason, answer.values);
    return answer;
  };
}
