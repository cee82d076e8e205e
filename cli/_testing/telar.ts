/** For tests: the `telar` command as people call it, on a home of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { GraphNode, GraphWire } from "@/graph/document";
import { startEmbedded } from "@/server/database/embedded";

const ROOT = resolve(import.meta.dirname, "../..");

export type Outcome = { code: number | null; stdout: string; stderr: string };
export type Call = Promise<Outcome> & { child: ChildProcess };

export async function telarHome() {
  const dir = await mkdtemp(join(tmpdir(), "telar-cli-"));
  const home = join(dir, "home");
  // Weights were fetched before the tests; every home may use the same ones.
  await mkdir(join(ROOT, ".telar/models"), { recursive: true });
  await mkdir(home);
  await symlink(join(ROOT, ".telar/models"), join(home, "models"));
  const env: NodeJS.ProcessEnv = { ...process.env, TELAR_HOME: home, DATABASE_URL: "", FORCE_COLOR: "0" };

  // The commands attach to this server instead of starting one each.
  const database = await startEmbedded({
    dir: join(home, "database"),
    logFile: join(home, "logs/database.log"),
    unsafe: true,
  });

  const write = async (name: string, content: string | Uint8Array) => {
    const path = join(dir, name);
    await writeFile(path, content);
    return path;
  };
  return {
    dir,
    databaseUrl: database.url,
    write,
    graph: (name: string, nodes: Partial<GraphNode>[], wires: GraphWire[] = []) =>
      write(
        name,
        JSON.stringify({
          telar: 1,
          name,
          nodes: nodes.map((node) => ({ version: 1, params: {}, ...node })),
          wires,
        }),
      ),
    /** Runs to its end, in the folder of the test. */
    telar: (...args: string[]): Call => call({}, args),
    /** The same with other variables. */
    telarWith: (more: Record<string, string>, ...args: string[]): Call => call(more, args),
    /** The same with a text on its standard input. */
    telarFed: (input: string, ...args: string[]): Call => fed({}, input, args),
    telarFedWith: (more: Record<string, string>, input: string, ...args: string[]): Call =>
      fed(more, input, args),
    async remove() {
      await database.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };

  function fed(more: Record<string, string>, input: string, args: string[]): Call {
    const outcome = call(more, args, "pipe");
    outcome.child.stdin?.end(input);
    return outcome;
  }

  function call(more: Record<string, string>, args: string[], stdin: "ignore" | "pipe" = "ignore"): Call {
    const child = spawn(process.execPath, [join(ROOT, "scripts/telar.mjs"), ...args], {
      cwd: dir,
      env: { ...env, ...more },
      stdio: [stdin, "pipe", "pipe"],
    });
    const outcome: Outcome = { code: null, stdout: "", stderr: "" };
    child.stdout?.on("data", (chunk) => {
      outcome.stdout += chunk;
    });
    child.stderr?.on("data", (chunk) => {
      outcome.stderr += chunk;
    });
    const done = new Promise<Outcome>((ended) => child.once("close", (code) => ended({ ...outcome, code })));
    return Object.assign(done, { child });
  }
}
