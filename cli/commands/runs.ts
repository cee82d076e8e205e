import { cancelRun } from "@/server/runs/cancel";
import { type LogLine, listRuns, readLogs, showRun } from "@/server/runs/show";
import { type Command, EXIT, json, teamOption, UsageError } from "../command";
import { duration, print, printJson, say, table } from "../output";
import { findRun, withTeam } from "../system";
import { summary } from "./run";

export const runs: Command = {
  summary: "The newest runs",
  usage: "[--json]",
  positionals: [0, 0],
  options: { ...json, ...teamOption },
  run: (args) =>
    withTeam(args, async ({ pool, teamId }) => {
      const { runs } = await listRuns(pool, teamId);
      if (args.flag("json")) printJson({ runs });
      else
        print(
          runs.length
            ? table(
                runs.map((r) => [
                  r.run,
                  String(r.number),
                  r.status,
                  duration(r.seconds),
                  r.createdAt.slice(0, 16),
                  r.graph.name,
                ]),
              )
            : "No runs yet. Start one with `telar run FILE`.",
        );
      return EXIT.done;
    }),
};

export const show: Command = {
  summary: "One run, node by node",
  usage: "RUN [--json]",
  positionals: [1, 1],
  options: { ...json, ...teamOption },
  run: (args) =>
    withTeam(args, async (system) => {
      const view = await showRun(system.pool, system.teamId, await findRun(system, args.positionals[0]!));
      if (!view) throw new UsageError(`There is no run ${args.positionals[0]}. \`telar runs\` lists them.`);
      if (args.flag("json")) printJson(view);
      else print(summary(view));
      return EXIT.done;
    }),
};

export const cancel: Command = {
  summary: "Cancel a run",
  usage: "RUN",
  positionals: [1, 1],
  options: teamOption,
  run: (args) =>
    withTeam(args, async (system) => {
      const runId = await findRun(system, args.positionals[0]!);
      const accepted = await cancelRun(system.engine, system.teamId, runId);
      say(accepted ? "The run is being cancelled." : "The run is already over.");
      return EXIT.done;
    }),
};

export const logs: Command = {
  summary: "What a node said while it ran",
  usage: "RUN NODE",
  positionals: [2, 2],
  options: teamOption,
  run: (args) =>
    withTeam(args, async (system) => {
      const [given, node] = args.positionals as [string, string];
      const runId = await findRun(system, given);
      const view = await showRun(system.pool, system.teamId, runId);
      if (!view?.nodes.some((n) => n.id === node)) {
        throw new UsageError(
          `Run ${given} has no node ${node}. Its nodes are: ${view?.nodes.map((n) => n.id).join(", ")}.`,
        );
      }
      let after: { attempt: number; seq: number } | undefined;
      for (;;) {
        const page = await readLogs(system.pool, system.teamId, runId, node, after);
        for (const line of page.lines) print(logLine(line));
        if (!page.next || !page.lines.length) return EXIT.done;
        after = page.next;
      }
    }),
};

/** The values stand in the sentence already, but where a library wrote it. */
function logLine({ at, level, message, code, values }: LogLine): string {
  const extra = code === "text" && values && Object.keys(values).length ? ` ${JSON.stringify(values)}` : "";
  return `${at.slice(11, 19)} ${level.padEnd(5)} ${message}${extra}`;
}
