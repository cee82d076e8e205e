/** The built Telar on a home of its own, as one person runs it, with the means to send it what nobody should. */
import { type ChildProcess, spawn } from "node:child_process";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { telarHome } from "@/cli/_testing/telar";
import { freePort } from "../_testing/free-port";
import { signInWith } from "../_testing/sign-in";

const ROOT = resolve(import.meta.dirname, "../..");

export type HostileSystem = Awaited<ReturnType<typeof startHostileSystem>>;

/** Exit code, and what the command said on standard error (a sentence; folders of the test read DIR). */
export type CommandResult = { exit: number | null; says: string };

export async function startHostileSystem() {
  const home = await telarHome();
  const port = await freePort();
  const gatewayPort = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const gatewayOrigin = `http://127.0.0.1:${gatewayPort}`;
  const ports = { TELAR_PORT: String(port), TELAR_GATEWAY_PORT: String(gatewayPort) };
  const child = spawn(process.execPath, [join(ROOT, "scripts/telar.mjs"), "up"], {
    cwd: home.dir,
    env: { ...process.env, ...ports, TELAR_HOME: join(home.dir, "home"), DATABASE_URL: "", FORCE_COLOR: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const cookie = await signIn(await linkOf(child), origin);
  await isUp(`${gatewayOrigin}/health`);
  const telar = (...args: string[]) => home.telarWith(ports, ...args);
  let served: Promise<string> | undefined;

  return {
    /** Data files may lie here; commands run here. */
    dir: home.dir,
    home: join(home.dir, "home"),
    databaseUrl: home.databaseUrl,
    origin,
    port,
    gatewayOrigin,
    gatewayPort,
    cookie,
    pid: child.pid as number,
    write: home.write,
    graph: home.graph,
    telar,
    /** A command that is expected to refuse. */
    async says(...args: string[]): Promise<CommandResult> {
      const { code, stderr } = await telar(...args);
      return { exit: code, says: stderr.replaceAll(home.dir, "DIR").trim() };
    },
    /** A request to the web app as its owner, from its own page. */
    web: (path: string, init: RequestInit = {}) =>
      fetch(new URL(path, origin), {
        redirect: "manual",
        ...init,
        headers: { cookie, origin, ...(init.headers as Record<string, string>) },
      }),
    gateway: (path: string, init: RequestInit = {}) => fetch(new URL(path, gatewayOrigin), init),
    /** Bytes as they are; what comes back until the other side closes or `ms` have passed. */
    raw: (to: number, bytes: string | Uint8Array, ms = 5_000) => exchange(to, bytes, ms),
    /** Name of a deployment of a real model, made when first asked for. */
    served: () => {
      served ??= serve();
      return served;
    },
    /** Whether everything answers. */
    async alive(): Promise<{ web: number; gateway: number; supervisor: boolean }> {
      const status = (url: string) => fetch(url).then((response) => response.status);
      return {
        web: await status(`${origin}/api/health`),
        gateway: await status(`${gatewayOrigin}/health`),
        supervisor: child.exitCode === null && child.signalCode === null,
      };
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((done) => child.once("exit", done));
        child.kill("SIGTERM");
        await ended;
      }
      await home.remove();
    },
  };

  async function serve(): Promise<string> {
    const file = await home.graph(
      "served.json",
      [
        { id: "base", kind: "base-model", params: { model: "HuggingFaceTB/SmolLM2-135M-Instruct" } },
        { id: "small", kind: "quantize", params: { type: "Q4_0" } },
        { id: "serve", kind: "deploy", params: { slug: "served" } },
      ],
      [
        { from: "base.model", to: "small.model" },
        { from: "small.model", to: "serve.model" },
      ],
    );
    const { code, stderr } = await telar("run", file);
    if (code !== 0) throw new Error(`The model to be attacked could not be deployed: ${stderr}`);
    return "served";
  }
}

/** Status, and the error as OpenAI's clients see it; or the text, where it is none. */
export async function refusal(response: Response): Promise<{ status: number; error: unknown }> {
  const text = await response.text();
  try {
    const { error = text } = JSON.parse(text) as { error?: unknown };
    return { status: response.status, error };
  } catch {
    return { status: response.status, error: text };
  }
}

function linkOf(child: ChildProcess): Promise<string> {
  let output = "";
  return new Promise((done, fail) => {
    const read = (chunk: Buffer) => {
      output += chunk;
      const link = /http:\/\/\S+token=\S+/.exec(output)?.[0];
      if (link) done(link);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code) => fail(new Error(`Telar ended with ${code}:\n${output}`)));
  });
}

async function signIn(link: string, origin: string): Promise<string> {
  await isUp(`${origin}/api/health`);
  return signInWith(link);
}

async function isUp(url: string): Promise<void> {
  for (let i = 0; i < 600; i++) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await sleep(100);
  }
  throw new Error(`${url} did not answer within a minute.`);
}

function exchange(port: number, bytes: string | Uint8Array, ms: number): Promise<string> {
  return new Promise((done, fail) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    const timer = setTimeout(() => socket.destroy(), ms);
    socket.setEncoding("latin1");
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "ECONNRESET" && error.code !== "EPIPE") fail(error);
    });
    socket.once("close", () => {
      clearTimeout(timer);
      done(answer);
    });
  });
}
