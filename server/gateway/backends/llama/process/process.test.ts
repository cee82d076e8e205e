import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { testGguf } from "@/engines/llama/_testing/model";
import { program } from "../../../../_testing/programs";
import { isAlive } from "../../../../is-alive";
import { endOrphans } from "../../../../worker/executors/local/end-processes";
import { writeAbortingGguf } from "../../../_testing/bad-gguf";
import { serveTestGateway } from "../../../_testing/serve";
import { type ProcessOptions, startProcess } from "./start-process";

type TestGateway = Awaited<ReturnType<typeof serveTestGateway>>;
let gateway: TestGateway | undefined;
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});

/** Of the model's process, once it is loaded. */
async function pidOf({ backends }: TestGateway): Promise<number> {
  const { backend, release } = await backends.use({
    id: "d1",
    teamId: "team",
    digest: "sha256:a",
    name: "smol",
  });
  release();
  return (backend as { pid?: number }).pid!;
}

const ask = ({ url }: TestGateway, over: object = {}) =>
  fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model: "smol",
      messages: [{ role: "user", content: "What is the capital of France?" }],
      max_tokens: 8,
      ...over,
    }),
  });
const LONG = {
  messages: [{ role: "user", content: "Count from one to five hundred." }],
  max_tokens: 450,
  stream: true,
};
const lost = {
  error: { type: "server_error", code: "model_process_ended", message: expect.any(String), param: null },
};

/** Reads a stream to its end, and what `act` does once the answer has begun. */
async function readWhile(response: Response, act: () => void): Promise<unknown[]> {
  const decoder = new TextDecoder();
  let text = "";
  let acted = false;
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk, { stream: true });
    if (!acted && text.split("\n\n").length > 4) act();
    acted ||= text.split("\n\n").length > 4;
  }
  expect(acted).toBe(true);
  return text
    .trimEnd()
    .split("\n\n")
    .map((line) => JSON.parse(line.replace(/^data: (\[DONE\])?/, "") || '"done"'));
}

test("kill -9 in the middle of a stream costs that answer, and the next one is given", async () => {
  gateway = await serveTestGateway();
  const pid = await pidOf(gateway);
  const events = await readWhile(await ask(gateway, LONG), () => process.kill(pid, "SIGKILL"));
  expect(events.at(-1)).toEqual(lost);
  expect(JSON.stringify(events.at(-1))).toContain("SIGKILL");
  expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
  const next = await ask(gateway);
  expect(next.status).toBe(200);
  expect(await pidOf(gateway)).not.toBe(pid);
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toContain(
    'telar_gateway_backend_crashes_total{model="smol",reason="model-process-ended"} 1',
  );
});

test("20 requests at once while it starts again are all answered", async () => {
  gateway = await serveTestGateway();
  process.kill(await pidOf(gateway), "SIGKILL");
  await expect.poll(() => gateway?.backends.state().models).toBe(0);
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(gateway!)));
  for (const answer of answers) {
    expect(answer.status).toBe(200);
    const { choices } = (await answer.json()) as { choices: { message: { content: string } }[] };
    expect(choices[0]?.message.content).toContain("Paris");
  }
  expect(gateway.backends.state().models).toBe(1);
});

test("a process that is stopped and says nothing is ended and started again", async () => {
  gateway = await serveTestGateway({ process: { watch: { pingMs: 100, silentMs: 3_000 } } });
  const pid = await pidOf(gateway);
  const events = await readWhile(await ask(gateway, LONG), () => process.kill(pid, "SIGSTOP"));
  expect(events.at(-1)).toEqual(lost);
  await expect.poll(() => isAlive(pid)).toBe(false);
  expect((await ask(gateway)).status).toBe(200);
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toContain('crashes_total{model="smol",reason="model-process-silent"} 1');
});

/** A gateway of its own process group, as the supervisor starts it. */
async function killedGateway(before: (pid: number) => void): Promise<number> {
  const child = spawn(process.execPath, [program("gateway-child"), program("model-process")], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const { pid } = JSON.parse(String(line)) as { pid: number };
  expect(isAlive(pid)).toBe(true);
  before(pid);
  child.kill("SIGKILL");
  await once(child, "exit");
  return pid;
}

test("a model's process ends with a gateway that is killed", async () => {
  const pid = await killedGateway(() => {});
  await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
});

test.runIf(process.platform === "linux")("one that was stopped is ended by the next gateway", async () => {
  const pid = await killedGateway((pid) => process.kill(pid, "SIGSTOP"));
  endOrphans(isAlive);
  await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
});

const config = { contextLength: 512, parallel: 1, temperature: 0, maxTokens: 8 };
async function start(path: string, over: Partial<ProcessOptions> = {}) {
  const logsDir = await mkdtemp(join(tmpdir(), "telar-logs-"));
  const options = { entry: { file: program("model-process") }, logsDir, memoryBytes: 4e9, ...over };
  const ends: string[] = [];
  const started = startProcess({ path, config }, options, {
    signal: new AbortController().signal,
    onGone: ({ reason }) => void ends.push(reason),
  });
  return { started, ends, logsDir };
}

/** A program that does not do what a model's process should. */
async function impostor(code: string): Promise<Partial<ProcessOptions>> {
  const file = join(await mkdtemp(join(tmpdir(), "telar-impostor-")), "program.mjs");
  await writeFile(file, code);
  return { entry: { file } };
}

test("a process that is stopped is not said to be ready, and is again when it goes on", async () => {
  const doubts: string[] = [];
  const logsDir = await mkdtemp(join(tmpdir(), "telar-logs-"));
  const watch = { pingMs: 50, doubtMs: 500, silentMs: 60_000 };
  const options = { entry: { file: program("model-process") }, logsDir, memoryBytes: 4e9, watch };
  const signal = new AbortController().signal;
  const order = { path: await testGguf(), config };
  const backend = await startProcess(order, options, {
    signal,
    onGone: () => {},
    onDoubt: () =>
      void backend.health(signal).then(
        () => doubts.push("answers"),
        ({ reason }) => doubts.push(reason),
      ),
  });
  try {
    await backend.health(signal);
    process.kill(backend.pid, "SIGSTOP");
    await expect.poll(() => doubts, { timeout: 20_000 }).toEqual(["model-process-quiet"]);
    process.kill(backend.pid, "SIGCONT");
    await expect.poll(() => doubts, { timeout: 20_000 }).toEqual(["model-process-quiet", "answers"]);
  } finally {
    await backend.close();
  }
});

test("a request without a good form is refused and loads no model", async () => {
  gateway = await serveTestGateway();
  for (const body of [{ messages: [] }, { max_tokens: "many" }, { response_format: { type: "poem" } }])
    expect((await ask(gateway, body)).status).toBe(400);
  const embedding = { model: "smol", input: 7 };
  const refused = await fetch(`${gateway.url}/v1/embeddings`, {
    method: "POST",
    body: JSON.stringify(embedding),
  });
  expect(refused.status).toBe(400);
  expect(gateway.backends.state().models).toBe(0);
});

test("a file on which the native library would abort is refused before it gets there", async () => {
  const path = join(await mkdtemp(join(tmpdir(), "telar-bad-")), "model.gguf");
  await writeAbortingGguf(path);
  const { started } = await start(path);
  await expect(started).rejects.toMatchObject({ code: "INVALID_INPUT", reason: "gguf-refused" });
});

test("a library that aborts while it loads is told with what it said last", async () => {
  const aborts = await impostor(
    'process.stderr.write("GGML_ASSERT(n > 0) failed\\n", () => process.kill(process.pid, "SIGABRT"));',
  );
  const { started, ends, logsDir } = await start("x", aborts);
  await expect(started).rejects.toMatchObject({
    code: "INVALID_INPUT",
    reason: "model-aborts-at-load",
    values: { how: "SIGABRT", detail: expect.stringContaining("GGML_ASSERT") },
  });
  expect(ends).toEqual([]);
  expect(await readdir(logsDir)).toEqual([]);
});

test("a library that aborts at the hundredth token costs that answer, and its end is reported", async () => {
  const aborts = await impostor(`process.on("message", (message) => {
    if (message.type === "load") process.send({ type: "loaded", memoryBytes: 1e6 });
    if (message.type === "ping") process.send({ type: "alive", rss: 1, steps: 0 });
    if (message.type !== "ask") return;
    const { id } = message;
    process.send({ type: "streams", id });
    for (let k = 0; k < 100; k++) process.send({ type: "chunk", id, value: { k } });
    setTimeout(() => process.abort(), 200);
  });`);
  const { started, ends } = await start("x", aborts);
  const backend = await started;
  const reply = await backend.chat({}, { signal: new AbortController().signal, hops: 0 });
  if (!("chunks" in reply)) throw new Error("The answer came whole.");
  let tokens = 0;
  const reading = (async () => {
    for await (const _ of reply.chunks) tokens++;
  })();
  await expect(reading).rejects.toMatchObject({ reason: "model-process-ended", values: { how: "SIGABRT" } });
  expect(tokens).toBe(100);
  expect(ends).toEqual(["model-process-ended"]);
});

test("what the library refuses in order is told as it is", async () => {
  const { started } = await start("/nowhere/model.gguf");
  await expect(started).rejects.toMatchObject({ reason: "model-file-missing" });
});

test("a process that takes more memory than it may is ended", async () => {
  const { started, ends } = await start(await testGguf(), {
    memoryBytes: 1e6,
    watch: { pingMs: 50, slackBytes: 1e6 },
  });
  // It may have loaded before it was measured: either way it ends, and says why.
  const backend = await started.catch(
    (error) => void expect(error).toMatchObject({ reason: "model-process-memory" }),
  );
  if (backend) await expect.poll(() => ends).toEqual(["model-process-memory"]);
});

test("a process that never loads is ended: silent, or alive without a step", async () => {
  const silent = await impostor("setInterval(() => {}, 1000);");
  const quick = { pingMs: 50, silentMs: 1_500, stallMs: 60_000 };
  await expect((await start("x", { ...silent, watch: quick })).started).rejects.toMatchObject({
    reason: "model-process-silent",
  });
  const busy = await impostor(
    'process.on("message", () => process.send({ type: "alive", rss: 1, steps: 0 }));',
  );
  const patient = { pingMs: 50, silentMs: 60_000, stallMs: 1_500 };
  await expect((await start("x", { ...busy, watch: patient })).started).rejects.toMatchObject({
    reason: "model-process-stalled",
  });
});

test("a start that nobody waits for any more leaves no process behind", async () => {
  const stop = new AbortController();
  const logsDir = await mkdtemp(join(tmpdir(), "telar-logs-"));
  const options = { entry: { file: program("model-process") }, logsDir, memoryBytes: 4e9 };
  const started = startProcess({ path: await testGguf(), config }, options, {
    signal: stop.signal,
    onGone: () => {},
  });
  await sleep(50);
  stop.abort(new Error("stopped"));
  await expect(started).rejects.toThrow("stopped");
  // The log goes with the process.
  await expect.poll(() => readdir(logsDir)).toEqual([]);
});
