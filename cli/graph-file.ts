/** Reads a graph file and the changes given on the command line, and checks both as far as can be seen before a run. */
import { readFile, realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { errorsOf } from "@/graph/checks/index";
import type { GraphFile, JsonValue } from "@/graph/document";
import { decodeText } from "@/graph/json-text";
import { GRAPH_LIMITS } from "@/graph/limits";
import { kindFor } from "@/graph/opens";
import { applyOverrides } from "@/graph/overrides";
import type { Problem } from "@/graph/problems";
import { parseGraph } from "@/graph/read-graph";
import { catalogue } from "@/nodes/index";
import type { Env } from "@/server/env";
import { examineGraph } from "@/server/graphs/examine-graph";
import type { LaunchRun } from "@/server/runs/start";
import { type Args, json, teamOption, UsageError } from "./command";
import { problemLine } from "./output";

export type Opened = {
  file: GraphFile;
  /** Absolute: it names the file's history. */
  path: string;
  overrides: Record<string, JsonValue>;
  /** The graph's folder and the current one. */
  dataDirs: string[];
  trustedPaths: string[];
};

export async function openGraphFile(given: string, sets: readonly string[]): Promise<Opened> {
  const path = await realpath(resolve(given)).catch(() => undefined);
  const found = path ? await stat(path) : undefined;
  if (!path || !found?.isFile()) throw new UsageError(`There is no graph file at ${given}. Check the name.`);
  if (found.size > GRAPH_LIMITS.fileBytes) {
    const kind = kindFor(path, catalogue)?.kind;
    const hint = kind ? ` Did you mean a data file? Wire it with a \`${kind}\` node.` : "";
    throw new UsageError(`${given} is too large for a graph file.${hint}`);
  }
  const read = decodeText(await readFile(path));
  const { file, problems } = "text" in read ? parseGraph(read.text) : { problems: [read.problem] };
  if (!file)
    throw new UsageError(
      `${given} cannot be opened.\n${problems.map((p) => `  ${problemLine(p)}`).join("\n")}`,
    );
  return { file, path, ...readSets(file, sets), dataDirs: [dirname(path), process.cwd()] };
}

/** `--set node.param=JSON`; a value that is not JSON is taken as text, so that paths need no quotes. */
function readSets(file: GraphFile, sets: readonly string[]) {
  const overrides: Record<string, JsonValue> = {};
  const trustedPaths: string[] = [];
  const kinds = new Map(file.nodes.map((node) => [node.id, node.kind]));
  for (const set of sets) {
    const match = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_]+)=(.*)$/s.exec(set);
    if (!match)
      throw new UsageError(
        `--set ${set} does not fit. Write it as --set node.param=value, for example --set train.rank=8.`,
      );
    const [, id, param, text] = match as unknown as [string, string, string, string];
    const kind = kinds.get(id);
    if (kind === undefined) {
      throw new UsageError(
        `--set ${set}: the graph has no node \`${id}\`. Its nodes are: ${[...kinds.keys()].join(", ")}.`,
      );
    }
    const isFile = catalogue[kind]?.files?.includes(param) === true;
    const value = isFile && !/^"/.test(text) ? text : parseValue(text);
    const path =
      isFile && typeof value === "string" && value && !/^https?:/.test(value) ? resolve(value) : undefined;
    overrides[`${id}.${param}`] = path ?? value;
    if (path) trustedPaths.push(path);
  }
  return { overrides, trustedPaths };
}

function parseValue(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/** Every problem of the graph with its changes, its files looked into. */
export async function examineOpened(opened: Opened, env: Env): Promise<Problem[]> {
  const { file, problems } = applyOverrides(opened.file, opened.overrides);
  const examined = await examineGraph(catalogue, env, { ...opened, file });
  return [...problems, ...examined.problems];
}

/** Problems as lines, each with the words of its node's kind. */
export function problemLines(file: GraphFile, problems: readonly Problem[]): string[] {
  const kinds = new Map(file.nodes.map((n) => [n.id, n.kind]));
  return problems.map((p) => problemLine(p, kinds.get(p.node ?? "")));
}

/** Stops with every error, one a line. */
export function refuseErrors(file: GraphFile, problems: readonly Problem[]): void {
  const errors = errorsOf(problems);
  if (errors.length) throw new UsageError(problemLines(file, errors).join("\n"));
}

/** Stops when a target is not in the graph. */
function checkTargets(file: GraphFile, targets: readonly string[]): void {
  for (const id of targets) {
    if (file.nodes.some((n) => n.id === id)) continue;
    throw new UsageError(
      `--to ${id}: the graph has no such node. Its nodes are: ${file.nodes.map((n) => n.id).join(", ")}.`,
    );
  }
}

/** The options that say what of a graph runs, and how: the same for `plan` and `run`. */
export const launchOptions = {
  ...json,
  ...teamOption,
  to: { type: "string", multiple: true },
  set: { type: "string", multiple: true },
  smoke: { type: "boolean" },
  deadline: { type: "string" },
} as const;

/** What `run` starts and `plan` foretells. */
export async function readLaunch(args: Args): Promise<Opened & Omit<LaunchRun, "teamId">> {
  const opened = await openGraphFile(args.positionals[0]!, args.texts("set"));
  const targets = args.texts("to");
  checkTargets(opened.file, targets);
  return {
    ...opened,
    graph: { path: opened.path },
    trigger: "cli",
    who: "command line",
    targets,
    smoke: args.flag("smoke"),
    deadlineMs: readDeadline(args.text("deadline")),
  };
}

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `30m`, `12h`, `2d`. */
function readDeadline(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, count, unit] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  if (!count) throw new UsageError("--deadline takes a time, as in --deadline 90s, 30m, 12h or 2d.");
  return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}
