import { errorsOf } from "@/graph/checks/index";
import type { NodeRunView, RunView } from "@/graph/run-view";
import { failureSentence, kindTitle } from "@/messages/words";
import { patiently } from "@/server/db";
import { listQueue } from "@/server/queue/list-queue";
import { cancelRun } from "@/server/runs/cancel";
import { showRun } from "@/server/runs/show";
import { launchRun, retryRun } from "@/server/runs/start";
import { createListener, followEvents } from "@/server/runs/watch";
import { type Args, type Command, EXIT, json, teamOption, UsageError } from "../command";
import { launchOptions, problemLines, readLaunch } from "../graph-file";
import { keepWorker } from "../keep-worker";
import { language } from "../language";
import { duration, printJson, problemLine, say, table } from "../output";
import { watchProgress } from "../progress";
import { findRun, type TeamSystem, withTeam } from "../system";

/** What a person, a terminal that closes and a launcher that ends send. */
const STOPS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export const run: Command = {
  summary: "Run a graph file to the end",
  usage: "FILE [--to NODE]… [--set node.param=JSON]… [--smoke] [--deadline TIME] [--json]",
  positionals: [1, 1],
  options: launchOptions,
  help: {
    "--to NODE": "only this node and what it needs",
    "--set node.param=JSON": "change a parameter for this run",
    "--deadline TIME":
      "stop a node that takes longer, as in 30m, 12h or 2d (20 times its estimate, at least 1h)",
    "--smoke": "few rows, few steps, nothing deployed: does it hold together?",
    "--json": "print the run as one JSON document",
  },
  run: async (args) => {
    const launch = await readLaunch(args);
    return withTeam(args, async (system) => {
      const started = await launchRun(system.engine, system.env, { ...launch, teamId: system.teamId });
      if (!started.ok) {
        const errors = started.problems.filter((p) => p.severity === "error");
        if (args.flag("json")) printJson({ problems: started.problems });
        throw new UsageError(problemLines(launch.file, errors).join("\n"));
      }
      return finish(system, started.runId, args);
    });
  },
};

/** To the end of a run that was started, with a worker for as long as it takes, and what is said of it then. */
async function finish(system: TeamSystem, runId: string, args: Args): Promise<number> {
  const stopWorker = await keepWorker(system.env, system.pool);
  const { pausedAt } = await listQueue(system.pool, system.teamId);
  if (pausedAt) say("The queue is paused: nothing starts until it is resumed on the dashboard.");
  const view = await follow(system, runId).finally(stopWorker);
  if (args.flag("json")) printJson(view);
  else say(summary(view));
  return exitCode(view);
}

export const retry: Command = {
  summary:
    "Run again what failed or was cancelled; what is done is reused, training goes on from its checkpoint",
  usage: "RUN [--json]",
  positionals: [1, 1],
  options: { ...json, ...teamOption },
  run: (args) =>
    withTeam(args, async (system) => {
      const runId = await findRun(system, args.positionals[0]!);
      for (const { id, resume } of (await showRun(system.pool, system.teamId, runId))?.nodes ?? [])
        if (resume) say(`${id} goes on from step ${resume.step}.`);
      const started = await retryRun(system.engine, system.env, {
        teamId: system.teamId,
        runId,
        who: "command line",
      });
      if (!started.ok) {
        if (args.flag("json")) printJson({ problems: started.problems });
        throw new UsageError(
          errorsOf(started.problems)
            .map((problem) => problemLine(problem))
            .join("\n"),
        );
      }
      return finish(system, started.runId, args);
    }),
};

export function exitCode({ status }: RunView): number {
  if (status === "SUCCEEDED") return EXIT.done;
  return status === "CANCELLED" ? EXIT.cancelled : EXIT.runFailed;
}

/** Watches a run to its end. The first Ctrl-C cancels it; the run is over when its processes are gone. */
async function follow(system: TeamSystem, runId: string): Promise<RunView> {
  let asked = false;
  const cancel = () => {
    if (asked) return;
    asked = true;
    say("Stopping…");
    void patiently(() => cancelRun(system.engine, system.teamId, runId)).catch((error: Error) =>
      say(error.message),
    );
  };
  for (const signal of STOPS) process.on(signal, cancel);
  const listener = createListener(system.databaseUrl);
  const progress = watchProgress(system.pool, runId);
  const look = () => patiently(() => showRun(system.pool, system.teamId, runId));
  try {
    for await (const events of followEvents({ pool: system.pool, listener }, runId)) {
      const view = await look();
      for (const { nodeId, type } of events) {
        const node = view?.nodes.find((n) => n.id === nodeId);
        if (node) progress.line(eventLine(node, type));
      }
    }
    return (await look())!;
  } finally {
    progress.stop();
    await listener.close();
    for (const signal of STOPS) process.off(signal, cancel);
  }
}

const failureText = ({ kind, failure }: NodeRunView) =>
  failure ? failureSentence(failure.reason, failure.values, kind, language) : undefined;

function eventLine(node: NodeRunView, type: string): string | undefined {
  const name = `${node.id} (${kindTitle(node.kind, language)})`;
  switch (type) {
    case "node.running":
      return `  … ${name}`;
    case "node.succeeded":
      return `  ✓ ${name} ${duration(node.seconds ?? 0)}`;
    case "node.cached":
      return `  = ${name} cached`;
    case "node.skipped":
      return `  - ${name} skipped`;
    case "node.cancelled":
      return `  ⊘ ${name} cancelled`;
    case "node.failed":
      return `  ✕ ${name}: ${failureText(node) ?? "failed"}`;
    case "node.retrying":
      return `  ↻ ${name} is tried again`;
    default:
      return undefined;
  }
}

export function summary(view: RunView): string {
  const rows = view.nodes.map((n) => [
    n.id,
    n.status,
    n.seconds === null ? "" : duration(n.seconds),
    failureText(n) ??
      Object.entries(n.metrics)
        .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
        .join(", "),
  ]);
  const resumed = view.nodes.flatMap(({ id, resume }) =>
    resume ? [`${id} goes on from step ${resume.step} with \`telar retry ${view.run}\`.\n`] : [],
  );
  return `${table(rows)}\n${resumed.join("")}Run ${view.number} of ${view.graph.name}: ${view.status}, ${duration(view.seconds)}.`;
}
