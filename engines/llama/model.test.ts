import { afterAll, beforeAll, expect, test } from "vitest";
import { heldAnswer } from "../json-schema/held-answer";
import { testGguf } from "./_testing/model";
import { loadModel, type Prompt, type TextModel } from "./model";
import type { Sampling } from "./sampling";

const ask = (content: string) => [{ role: "user", content }];
let model: TextModel;
beforeAll(async () => {
  model = await loadModel(await testGguf(), { contextLength: 512, parallel: 2, threads: 1 });
});
afterAll(() => model.dispose());

async function read(prompt: Prompt, sampling: Sampling, signal?: AbortSignal) {
  const stream = model.stream(prompt, sampling, signal);
  const pieces: string[] = [];
  for (;;) {
    const next = await stream.next();
    if (next.done) return { ...next.value, text: pieces.join(""), pieces };
    pieces.push(next.value);
  }
}

test("a conversation is answered with the model's own template", async () => {
  const { text, promptTokens, completionTokens, pieces } = await read(ask("What is the capital of France?"), {
    maxTokens: 8,
  });
  expect(text).toMatch(/^The capital of France is Paris/);
  expect(promptTokens).toBe(37);
  expect(completionTokens).toBeLessThanOrEqual(8);
  expect(pieces.length).toBeGreaterThan(3);
});

test("the model's own end of turn ends the text", async () => {
  const { text, reason } = await read(ask("Say the word yes and nothing else."), {});
  expect(reason).toBe("stop");
  expect(text).not.toContain("<|");
});

test("the same question again uses what is cached and answers the same", async () => {
  const answers = [
    await read(ask("Name three colours."), { maxTokens: 12 }),
    await read(ask("Name three colours."), { maxTokens: 12 }),
  ];
  expect(answers[1]!.text).toBe(answers[0]!.text);
  expect(answers[1]!.reason).toBe("length");
  expect(answers[1]!.completionTokens).toBe(12);
});

test("a seed repeats a sampled text, another seed changes it", async () => {
  const sampling = { temperature: 1.2, maxTokens: 16 };
  const [a, b, c] = [
    await read("Once upon a time", { ...sampling, seed: 7 }),
    await read("Once upon a time", { ...sampling, seed: 7 }),
    await read("Once upon a time", { ...sampling, seed: 8 }),
  ];
  expect(b.text).toBe(a.text);
  expect(c.text).not.toBe(a.text);
});

test("a stop string ends the text and is not part of it", async () => {
  const { text, reason } = await read(ask("What is the capital of France?"), { stop: ["is Par"] });
  expect(text).toBe("The capital of France ");
  expect(reason).toBe("stop");
});

test("more requests than sequences are all answered", async () => {
  const questions = ["Say one word.", "Name a fruit.", "Name a city.", "What is 2+2?"];
  const answers = await Promise.all(questions.map((question) => read(ask(question), { maxTokens: 6 })));
  expect(answers.every(({ text }) => text.length > 0)).toBe(true);
  expect(model.load).toEqual({ busy: 0, waiting: 0 });
});

test("an aborted request stops, and one that waits leaves the queue", async () => {
  const stop = new AbortController();
  const running = [0, 1].map(() => read(ask("Tell a long story."), { maxTokens: 400 }, stop.signal));
  const waiting = read(ask("Hello"), { maxTokens: 4 }, stop.signal);
  const all = Promise.allSettled([...running, waiting]);
  await expect.poll(() => model.load.waiting, { timeout: 10_000 }).toBe(1);
  stop.abort(new Error("gone"));
  for (const { status } of await all) expect(status).toBe("rejected");
  expect(model.load).toEqual({ busy: 0, waiting: 0 });
  expect((await read(ask("What is the capital of France?"), { maxTokens: 8 })).text).toContain("Paris");
});

test("a prompt longer than the context is refused with both lengths", async () => {
  await expect(read("word ".repeat(600), {})).rejects.toMatchObject({
    reason: "context-overflow",
    values: { contextLength: 512 },
  });
});

test("characters made of several tokens come whole", async () => {
  const { pieces } = await read("emoji: 🦙🧶🪡 repeated: 🦙🧶🪡🦙🧶🪡🦙", { maxTokens: 24 });
  expect(pieces.join("")).not.toContain("\uFFFD");
});

test("an answer held to a schema is JSON of that form", async () => {
  const schema = { type: "object", properties: { city: { type: "string" } } };
  const { text } = await read(ask("What is the capital of France? Answer in JSON."), {
    json: heldAnswer(schema),
    maxTokens: 60,
  });
  expect(typeof JSON.parse(text).city).toBe("string");
});

test("embeddings have unit length, and like texts are nearer than unlike ones", async () => {
  const [cat, kitten, law] = await Promise.all(
    ["The cat sleeps on the sofa.", "A kitten sleeps on the couch.", "Article 7 amends the treaty."].map(
      (text) => model.embed(text),
    ),
  );
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, at) => sum + value * b[at]!, 0);
  expect(dot(cat!.vector, cat!.vector)).toBeCloseTo(1, 5);
  expect(dot(cat!.vector, kitten!.vector)).toBeGreaterThan(dot(cat!.vector, law!.vector));
});
