import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcp } from "node:net";
import { ChatOpenAI } from "@langchain/openai";
import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { isReachableAddress } from "@/engines/remote/public-address";
import type { OpenAiEndpoint } from "@/engines/serving/endpoint-file";
import { program } from "../../../_testing/programs";
import { serveTestGateway } from "../../_testing/serve";
import { openAiBackend } from "./openai-backend";

const endpoint = (url: string, over: Partial<OpenAiEndpoint> = {}): OpenAiEndpoint => ({
  kind: "openai",
  slug: "far",
  url,
  model: "smol",
  privateNetwork: true,
  timeoutSeconds: 30,
  ...over,
});
const QUESTION = [{ role: "user" as const, content: "What is the capital of France?" }];

describe("another Telar's gateway, in a process of its own", () => {
  let child: ChildProcess;
  let gateway: Awaited<ReturnType<typeof serveTestGateway>>;
  let openai: OpenAI;
  beforeAll(async () => {
    child = spawn(process.execPath, [program("gateway-child"), program("model-process")], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const [line] = (await once(child.stdout!, "data")) as [Buffer];
    const { url } = JSON.parse(String(line)) as { url: string };
    const chains = [
      {
        slug: "capital",
        endpoint: "far",
        promptTemplate: "What is the capital of {country}?",
        inputs: ["country"],
        output: "text" as const,
        temperature: 0,
        maxTokens: 8,
        stop: [],
      },
    ];
    gateway = await serveTestGateway({ remotes: [endpoint(`${url}/v1`)], chains });
    openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: "none", maxRetries: 0 });
  });
  afterAll(async () => {
    await gateway.close();
    child.kill("SIGKILL");
  });

  test("it answers under this gateway's name, whole and streamed, with usage", async () => {
    const ask = { model: "far", messages: QUESTION, max_tokens: 8 };
    const whole = await openai.chat.completions.create(ask);
    expect(whole.model).toBe("far");
    expect(whole.choices[0]?.message.content).toContain("Paris");
    expect(whole.usage?.prompt_tokens).toBe(37);
    const stream = await openai.chat.completions.create({
      ...ask,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      expect(chunk.model).toBe("far");
      text += chunk.choices[0]?.delta.content ?? "";
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe(whole.choices[0]?.message.content);
    expect(usage?.completion_tokens).toBe(whole.usage?.completion_tokens);
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toContain('telar_gateway_tokens_total{model="far",kind="prompt"} 74');
  });

  test("completions, embeddings, the list of models, LangChain and chains work as with a model of its own", async () => {
    const { choices } = await openai.completions.create({
      model: "far",
      prompt: "One, two, three, four, five,",
      max_tokens: 5,
    });
    expect(choices[0]?.text).toContain("six");
    const { data } = await openai.embeddings.create({ model: "far", input: ["a cat"] });
    expect(data[0]?.embedding).toHaveLength(576);
    expect((await openai.models.list()).data.map(({ id }) => id)).toContain("far");
    const model = new ChatOpenAI({
      model: "far",
      apiKey: "none",
      maxTokens: 8,
      configuration: { baseURL: `${gateway.url}/v1` },
    });
    expect((await model.invoke("What is the capital of France?")).text).toContain("Paris");
    const chain = await fetch(`${gateway.url}/chains/capital`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ input: "France" }),
    });
    expect(await chain.json()).toMatchObject({ output: expect.stringContaining("Paris") });
  });

  test("what that gateway refuses is refused here with its reason", async () => {
    const asked = openai.chat.completions.create({
      model: "far",
      messages: [{ role: "user", content: "word ".repeat(700) }],
    });
    await expect(asked).rejects.toMatchObject({
      status: 400,
      code: "context_length_exceeded",
      param: "messages",
      message: expect.stringContaining("512"),
    });
  });

  test("a client that goes away ends the answer over there too", async () => {
    const stop = new AbortController();
    const stream = await openai.chat.completions.create(
      {
        model: "far",
        messages: [{ role: "user", content: "Count to five hundred." }],
        max_tokens: 450,
        stream: true,
      },
      { signal: stop.signal },
    );
    for await (const _chunk of stream) break;
    stop.abort();
    const lease = await gateway.backends.use({
      id: "r-far",
      teamId: "team",
      digest: "sha256:far",
      name: "far",
    });
    await expect.poll(() => lease.backend.load.busy).toBe(0);
    lease.release();
    // Its two sequences are free again: three more questions are answered at once.
    const again = [1, 2, 3].map(() =>
      openai.chat.completions.create({ model: "far", messages: QUESTION, max_tokens: 4 }),
    );
    for (const { choices } of await Promise.all(again)) expect(choices).toHaveLength(1);
  });

  test("one whose endpoint leads to itself does not go round for ever", async () => {
    const remotes: OpenAiEndpoint[] = [endpoint("http://127.0.0.1:1/v1", { model: "far" })];
    const own = await serveTestGateway({ remotes });
    remotes[0]!.url = `${own.url}/v1`;
    try {
      const response = await fetch(`${own.url}/v1/chat/completions`, {
        method: "POST",
        body: JSON.stringify({ model: "far", messages: QUESTION }),
      });
      expect(response.status).toBe(502);
      expect(JSON.stringify(await response.json())).toContain("too many gateways");
    } finally {
      await own.close();
    }
  });
});

describe("a server that is broken or hostile", () => {
  type Act = (request: IncomingMessage, response: ServerResponse) => void;
  let act: Act;
  let server: Server;
  let origin: string;
  let asked: IncomingMessage[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request);
      request.resume();
      act(request, response);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const backend of opened.splice(0)) await backend.close();
    asked = [];
  });

  const KEY = "sk-secret-123";
  async function backend(over: Partial<OpenAiEndpoint> = {}) {
    const made = await openAiBackend(endpoint(`${origin}/v1`, over), async () => KEY);
    opened.push(made);
    return made;
  }
  const call = () => ({ signal: AbortSignal.timeout(30_000) });
  const body = { model: "far", messages: QUESTION };
  async function streamed(over: Partial<OpenAiEndpoint> = {}): Promise<unknown[]> {
    const reply = await (await backend(over)).chat({ ...body, stream: true }, call());
    if (!("chunks" in reply)) throw new Error("no stream");
    const found: unknown[] = [];
    for await (const chunk of reply.chunks) found.push(chunk);
    return found;
  }
  const whole = async (over: Partial<OpenAiEndpoint> = {}) => (await backend(over)).chat(body, call());
  const json = (response: ServerResponse, status: number, value: unknown) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  const events = (response: ServerResponse, ...lines: string[]) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const line of lines) response.write(`data: ${line}\n\n`);
    return response;
  };
  const chunk = (content: string, finish_reason: string | null = null) =>
    JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason }] });

  test("the key, the server's own name of the model and nothing of the client's reach it", async () => {
    act = (_, response) => json(response, 200, { choices: [], usage: { prompt_tokens: 1 } });
    await whole();
    await whole({ keyHeader: "api-key" });
    expect(asked[0]?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, "telar-hops": "1" });
    expect(asked[1]?.headers).toMatchObject({ "api-key": KEY });
    expect(asked[1]?.headers.authorization).toBeUndefined();
    expect(asked[0]?.url).toBe("/v1/chat/completions");
  });

  test("an answer of the wrong type is refused: a page, or no stream where one was asked for", async () => {
    act = (_, response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>");
    await expect(whole()).rejects.toMatchObject({ status: 502, code: "upstream_wrong_type" });
    act = (_, response) => json(response, 200, { choices: [] });
    await expect(streamed()).rejects.toMatchObject({ code: "upstream_wrong_type" });
    act = (_, response) => void response.writeHead(200, { "content-type": "application/json" }).end("{");
    await expect(whole()).rejects.toMatchObject({ code: "upstream_malformed" });
    act = (_, response) => json(response, 200, [1]);
    await expect(whole()).rejects.toMatchObject({ code: "upstream_malformed" });
    act = (_, response) => void events(response, "not json").end();
    await expect(streamed()).rejects.toMatchObject({ code: "upstream_malformed" });
  });

  test("a stream that is cut is an error; one whole but for its last line is not", async () => {
    act = (_, response) => void events(response, chunk("Par")).end();
    await expect(streamed()).rejects.toMatchObject({ status: 502, code: "upstream_cut" });
    act = (_, response) => {
      events(response, chunk("Par"));
      setTimeout(() => response.destroy(), 50);
    };
    await expect(streamed()).rejects.toMatchObject({ reason: "upstream-unreachable" });
    act = (_, response) => void events(response, chunk("Paris"), chunk("", "stop")).end();
    expect(await streamed()).toHaveLength(2);
    act = (_, response) => void events(response, chunk("Par"), '{"error":{"message":"out of memory"}}').end();
    await expect(streamed()).rejects.toMatchObject({
      code: "upstream_error",
      message: expect.stringContaining("out of memory"),
    });
  });

  test("a line of 10 MB, headers without end and a body without end are given up", async () => {
    act = (_, response) => void events(response, chunk("x".repeat(10_000_000))).end();
    await expect(streamed()).rejects.toMatchObject({ code: "upstream_too_large" });
    act = (_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const more = () => {
        while (!response.destroyed && response.write(" ".repeat(1_000_000)));
      };
      response.on("drain", more);
      more();
    };
    await expect(whole()).rejects.toMatchObject({ code: "upstream_too_large" });
    const tcp = createTcp((socket) => {
      socket.on("error", () => {});
      socket.write("HTTP/1.1 200 OK\r\n");
      const timer = setInterval(() => socket.write(`x-${Math.random()}: ${"y".repeat(1000)}\r\n`), 1);
      socket.on("close", () => clearInterval(timer));
    });
    await new Promise<void>((done) => tcp.listen(0, "127.0.0.1", done));
    try {
      const url = `http://127.0.0.1:${(tcp.address() as AddressInfo).port}/v1`;
      await expect(whole({ url })).rejects.toMatchObject({ reason: "upstream-unreachable" });
    } finally {
      tcp.close();
    }
  });

  test("a server that says nothing, before the answer or in it, is given up after its time", async () => {
    act = () => {};
    await expect(whole({ timeoutSeconds: 1 })).rejects.toMatchObject({
      status: 504,
      code: "upstream_timed_out",
    });
    act = (_, response) => void events(response, chunk("Par"));
    await expect(streamed({ timeoutSeconds: 1 })).rejects.toMatchObject({ code: "upstream_timed_out" });
  });

  test("when a busy server says when to come again, that reaches the client; another text in its place does not", async () => {
    const refusal = async (status: number, value: string) => {
      act = (_, response) =>
        void response
          .writeHead(status, { "content-type": "application/json", "retry-after": value })
          .end('{"error":{"message":"busy"}}');
      return whole().then(
        () => "answered",
        ({ status: shown, headers }) => ({ shown, ...headers }),
      );
    };
    expect(await refusal(429, "17")).toEqual({ shown: 429, "retry-after": "17" });
    const date = "Wed, 21 Oct 2026 07:28:00 GMT";
    expect(await refusal(503, date)).toEqual({ shown: 503, "retry-after": date });
    expect(await refusal(429, "soon, maybe")).toEqual({ shown: 429 });
    expect(await refusal(500, "17")).toEqual({ shown: 502 });
  });

  test("redirects are not followed, wherever they lead", async () => {
    act = (request, response) =>
      request.url === "/secret"
        ? json(response, 200, { choices: [] })
        : void response.writeHead(307, { location: `${origin}/secret` }).end();
    await expect(whole()).rejects.toMatchObject({ status: 502, code: "upstream_redirects" });
    expect(asked.map(({ url }) => url)).toEqual(["/v1/chat/completions"]);
  });

  test("private addresses are reached only where the endpoint says so, by name too", async () => {
    act = (_, response) => json(response, 200, { choices: [] });
    const { port } = new URL(origin);
    for (const host of ["127.0.0.1", "localhost", "2130706433", "[::1]", "[::ffff:127.0.0.1]"]) {
      const url = `http://${host}:${port}/v1`;
      await expect(whole({ url, privateNetwork: false }), host).rejects.toMatchObject({
        reason: "upstream-private",
      });
    }
    expect(asked).toEqual([]);
    await expect(whole({ url: `http://169.254.169.254/v1` })).rejects.toMatchObject({
      reason: "upstream-private",
    });
    for (const address of ["10.1.2.3", "192.168.0.9", "127.0.0.1", "::1", "fd00::1", "8.8.8.8"])
      expect(isReachableAddress(address), address).toBe(true);
    for (const address of ["169.254.169.254", "0.0.0.0", "224.0.0.1", "fe80::1", "::", "::ffff:10.0.0.1"])
      expect(isReachableAddress(address), address).toBe(false);
  });

  test("its refusals are told in OpenAI's form, and the key never comes back", async () => {
    const cases: [number, unknown, object][] = [
      [401, { error: { message: `bad key ${KEY}` } }, { status: 502, code: "upstream_refused_key" }],
      [404, { error: { message: "no model" } }, { status: 502, code: "upstream_not_found" }],
      [429, {}, { status: 429, code: "too_many_requests" }],
      [
        422,
        { error: { message: "n too big", code: "bad_n", param: "n" } },
        { status: 422, code: "bad_n", param: "n" },
      ],
      [
        400,
        { error: { message: "x", code: "<b>", param: {} } },
        { status: 400, code: "upstream_rejected", param: null },
      ],
      [500, { error: `leaks ${KEY}` }, { status: 502, code: "upstream_error" }],
      [503, "gone", { status: 503, code: "upstream_unavailable" }],
    ];
    for (const [status, value, wanted] of cases) {
      act = (_, response) => json(response, status, value);
      const error = await whole().then(
        () => undefined,
        (error: Error) => error,
      );
      expect(error, String(status)).toMatchObject(wanted);
      expect(error?.message).not.toContain(KEY);
    }
  });

  test("its state is asked for and told: ready, no such model, a refused key, no API, away", async () => {
    const health = async (over: Partial<OpenAiEndpoint> = {}) =>
      (await backend(over)).health(AbortSignal.timeout(5_000));
    act = (_, response) => json(response, 200, { data: [{ id: "smol" }] });
    await expect(health()).resolves.toBeUndefined();
    act = (_, response) => json(response, 404, {});
    await expect(health()).resolves.toBeUndefined();
    act = (_, response) => json(response, 200, { data: [{ id: "other" }, { id: 7 }] });
    await expect(health()).rejects.toMatchObject({
      reason: "upstream-no-model",
      values: { model: "smol", known: "other" },
    });
    act = (_, response) => json(response, 403, {});
    await expect(health()).rejects.toMatchObject({ reason: "upstream-refused-key" });
    act = (_, response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>");
    await expect(health()).rejects.toMatchObject({ reason: "upstream-no-api" });
    const closed = createServer();
    await new Promise<void>((done) => closed.listen(0, "127.0.0.1", done));
    const { port } = closed.address() as AddressInfo;
    await new Promise((done) => closed.close(done));
    await expect(health({ url: `http://127.0.0.1:${port}/v1` })).rejects.toMatchObject({
      reason: "upstream-unreachable",
      values: { why: "ECONNREFUSED" },
    });
  });
});
