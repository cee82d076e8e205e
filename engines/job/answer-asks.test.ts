import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { testJob } from "./_testing/job-folder";
import { type Answers, AskReader } from "./answer-asks";
import { type JobAnswer, jobAnswer } from "./ask";
import type { JobFolder } from "./folder";
import { jobKey } from "./seal";

let folder: JobFolder;
let asked: unknown[];
beforeEach(async () => {
  ({ folder } = await testJob());
  asked = [];
});
afterEach(() => rm(folder.dir, { recursive: true, force: true }));

const answers: Answers = {
  stage: async () => null,
  stageMade: async (_name, _key, made) => made.dir,
  checkpoint: async () => null,
  checkpointMade: async (step, made) => void asked.push([step, made.dir]),
  secret: async (name) => `the value of ${name}`,
};

async function ask(content: string, params: unknown = {}): Promise<JobAnswer> {
  await writeFile(join(folder.asks, "1.json"), content);
  await new AskReader(folder, params, answers).look();
  return jobAnswer.parse(JSON.parse(await readFile(join(folder.answers, "1.json"), "utf8")));
}

test("a secret is given only if a parameter of this job names it, and never in the open", async () => {
  const key = jobKey();
  const publicKey = key.publicKey.toString("base64");
  const question = JSON.stringify({ ask: "secret", name: "HUB", publicKey });
  expect(await ask(question, { token: { secret: "OTHER" } })).toMatchObject({ reason: "secret-not-named" });
  const answer = await ask(question, { sources: [{ token: { secret: "HUB" } }] });
  expect(await readFile(join(folder.answers, "1.json"), "utf8")).not.toContain("value of");
  if (answer.answer !== "sealed") throw new Error(answer.answer);
  const bytes = (text: string) => Buffer.from(text, "base64");
  expect(key.open({ enc: bytes(answer.enc), sealed: bytes(answer.sealed) }, "HUB")).toBe("the value of HUB");
});

test("a folder to keep lies below the job's own, with no link and no step out on the way", async () => {
  await mkdir(join(folder.dir, "elsewhere"));
  await symlink(join(folder.dir, "elsewhere"), join(folder.checkpoints, "link"));
  for (const dir of ["../elsewhere", "/etc", ".", "link", "missing", "a\u0000b", "..\\elsewhere"]) {
    const question = JSON.stringify({ ask: "checkpoint-made", step: 1, dir, files: [] });
    expect(await ask(question), dir).toMatchObject({ answer: "refused", reason: "job-folder-outside" });
  }
  expect(asked).toEqual([]);
  await mkdir(join(folder.checkpoints, "step-1"));
  expect(await ask('{"ask":"checkpoint-made","step":1,"dir":"step-1","files":[]}')).toEqual({
    answer: "kept",
  });
  expect(asked).toHaveLength(1);
});

test("what is no question is refused, and an error of ours is not shown to the job", async () => {
  for (const text of ["", "{", "[]", '{"ask":"recipe"}', '{"ask":"stage","name":"a","key":1,"more":1}'])
    expect(await ask(text)).toMatchObject({ answer: "refused", reason: "job-ask-not-read" });
  await writeFile(join(folder.asks, "1.json"), '{"ask":"checkpoints"}');
  const broken = { ...answers, checkpoint: () => Promise.reject(new Error("password in the message")) };
  await new AskReader(folder, {}, broken).look();
  const text = await readFile(join(folder.answers, "1.json"), "utf8");
  expect(JSON.parse(text)).toMatchObject({ answer: "refused", code: "INTERNAL", reason: "internal" });
  expect(text).not.toContain("password");
});

test("questions are answered once each, in order", async () => {
  const reader = new AskReader(folder, {}, answers);
  await writeFile(join(folder.asks, "2.json"), '{"ask":"checkpoints"}');
  await reader.look();
  await expect(readFile(join(folder.answers, "2.json"))).rejects.toThrow();
  await writeFile(join(folder.asks, "1.json"), '{"ask":"stage","name":"a","key":null}');
  await reader.look();
  expect(JSON.parse(await readFile(join(folder.answers, "2.json"), "utf8"))).toEqual({
    answer: "checkpoint",
    found: null,
  });
});
