/** Telar's side of a job's questions. What a job asks is checked before anybody acts on it. */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "@/graph/problems";
import { type JobAnswer, type JobAsk, jobAsk } from "./ask";
import type { MadeFile } from "./event";
import { openRegular } from "./event-file";
import type { JobFolder } from "./folder";
import * as limits from "./limits";
import { folderInside } from "./made-files";
import { seal } from "./seal";
import { secretNames } from "./secret-names";

/** What can be asked, with folders that are known to lie inside of the job's own. */
export type Answers = {
  stage(name: string, key: unknown): Promise<string | null>;
  stageMade(name: string, key: unknown, made: MadeFolder): Promise<string>;
  /** `scope` names a step inside the node, whose checkpoints are its own. */
  checkpoint(scope?: string): Promise<{ step: number; dir: string } | null>;
  checkpointMade(step: number, made: MadeFolder, scope?: string): Promise<void>;
  secret(name: string): Promise<string>;
};
/** `files`: as the job named them, where it did: others are refused. */
export type MadeFolder = { dir: string; files?: readonly MadeFile[] | undefined };

/** The same answers for a step inside a node. */
export const scoped = (answers: Answers, scope: string): Answers => ({
  ...answers,
  checkpoint: () => answers.checkpoint(scope),
  checkpointMade: (step, made) => answers.checkpointMade(step, made, scope),
});

export class AskReader {
  private next = 1;
  private looking: Promise<void> | undefined;
  private readonly names: ReadonlySet<string>;

  constructor(
    private readonly folder: JobFolder,
    params: unknown,
    private readonly answers: Answers,
  ) {
    this.names = secretNames(params);
  }

  /** Answers what was asked since the last look, one after the other; a look during a look is the same one. */
  look(): Promise<void> {
    this.looking ??= this.round().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  private async round(): Promise<void> {
    for (; this.next <= limits.asksPerJob; this.next++) {
      const file = await openRegular(join(this.folder.asks, `${this.next}.json`));
      if (!file) return;
      try {
        const { size } = await file.stat();
        const text = size > limits.askBytes ? "" : await file.readFile("utf8");
        await this.write(this.next, await this.answerTo(text));
      } finally {
        await file.close();
      }
    }
    const more = await openRegular(join(this.folder.asks, `${this.next}.json`));
    if (!more) return;
    await more.close();
    const values = { most: limits.asksPerJob };
    await this.write(this.next, { answer: "refused", code: "INTERNAL", reason: "job-asks-too-many", values });
  }

  private async answerTo(text: string): Promise<JobAnswer> {
    try {
      return await this.answer(parseAsk(text));
    } catch (error) {
      const { code, reason, values } =
        error instanceof Failure ? error : new Failure("INTERNAL", "internal", {}, { cause: error });
      return { answer: "refused", code, reason, values };
    }
  }

  private async answer(ask: JobAsk): Promise<JobAnswer> {
    const { answers, folder } = this;
    const made = async ({ dir, files }: MadeFolder) => ({
      dir: await folderInside(folder.checkpoints, dir),
      files,
    });
    switch (ask.ask) {
      case "stage":
        return { answer: "folder", dir: await answers.stage(ask.name, ask.key) };
      case "stage-made":
        return { answer: "folder", dir: await answers.stageMade(ask.name, ask.key, await made(ask)) };
      case "checkpoints":
        return { answer: "checkpoint", found: await answers.checkpoint(ask.scope) };
      case "checkpoint-made":
        await answers.checkpointMade(ask.step, await made(ask), ask.scope);
        return { answer: "kept" };
      case "secret": {
        if (!this.names.has(ask.name))
          throw new Failure("INVALID_INPUT", "secret-not-named", { name: ask.name });
        const key = Buffer.from(ask.publicKey, "base64");
        const { enc, sealed } = seal(await answers.secret(ask.name), key, ask.name);
        return { answer: "sealed", enc: enc.toString("base64"), sealed: sealed.toString("base64") };
      }
    }
  }

  private async write(number: number, answer: JobAnswer): Promise<void> {
    const { answers } = this.folder;
    await mkdir(answers, { recursive: true });
    await writeFile(join(answers, `.${number}.json`), JSON.stringify(answer));
    await rename(join(answers, `.${number}.json`), join(answers, `${number}.json`));
  }
}

function parseAsk(text: string): JobAsk {
  try {
    return jobAsk.parse(JSON.parse(text));
  } catch (cause) {
    throw new Failure("INTERNAL", "job-ask-not-read", {}, { cause });
  }
}
