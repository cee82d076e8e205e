import type { Plan } from "@/graph/plan";
import type { Locale } from "@/messages/locales";
import { reasonSentence, replacedSentence, sentence, trainerSentence } from "@/messages/words";
import { forecastLaunch } from "@/server/runs/start";
import { type Command, EXIT } from "../command";
import { launchOptions, readLaunch, refuseErrors } from "../graph-file";
import { language } from "../language";
import { bytes, duration, print, printJson, say, table } from "../output";
import { withTeam } from "../system";

export const plan: Command = {
  summary: "Say what a run would do, node by node, and why",
  usage: "FILE [--to NODE]… [--set node.param=JSON]… [--smoke] [--deadline TIME] [--json]",
  positionals: [1, 1],
  options: launchOptions,
  help: {
    "--to NODE": "only this node and what it needs",
    "--deadline TIME": "as `telar run` takes it",
    "--json": "print one JSON document",
  },
  run: async (args) => {
    const launch = await readLaunch(args);
    return withTeam(args, async (system) => {
      const { problems, forecast } = await forecastLaunch(
        system.engine,
        system.env,
        { ...launch, teamId: system.teamId },
        system.store,
      );
      refuseErrors(launch.file, problems);
      if (args.flag("json")) printJson(planJson(forecast));
      else show(forecast);
      return EXIT.done;
    });
  },
};

function planJson({ nodes, total, counts }: Plan) {
  const entries = nodes.map(({ outputs, ...node }) => ({
    ...node,
    why: why(node),
    ...(outputs ? { outputs } : {}),
  }));
  return { nodes: entries, counts, total };
}

const why = (node: Pick<Plan["nodes"][number], "reasons" | "run" | "runOf">, locale?: Locale) =>
  node.reasons.length
    ? node.reasons.map((reason) => reasonSentence(reason, locale)).join(" ")
    : node.run === undefined
      ? ""
      : reasonSentence(
          { code: "cached", run: node.run, ...(node.runOf === undefined ? {} : { graph: node.runOf }) },
          locale,
        );

/** How long it will take, with how many earlier attempts say so, and when it is stopped. */
function time({ action, estimate, estimatedFrom, deadlineMs }: Plan["nodes"][number]): string {
  if (action !== "run" && action !== "depends") return "";
  const from = estimatedFrom ? ` (${estimatedFrom} past)` : "";
  return `${duration(estimate.seconds)}${from}, at most ${duration(deadlineMs / 1000)}`;
}

function show({ nodes, total, counts }: Plan): void {
  print(table(nodes.map((node) => [node.id, node.action, time(node), why(node, language) ?? ""])));
  for (const { id, action, placed } of nodes) {
    if (!placed || (action !== "run" && action !== "depends")) continue;
    const reasons = [...(placed.why ? [placed.why] : []), ...placed.others];
    const none = placed.why ? [] : [sentence([["trainers", "none"]], {}, language) ?? ""];
    say([`${id}:`, ...none, ...reasons.map((reason) => trainerSentence(reason, language))].join(" "));
  }
  for (const { id, action, runtime } of nodes)
    if (runtime.in === "python" && (action === "run" || action === "depends"))
      say(`${id}: ${sentence([["reasons", "in-python"]], { module: runtime.module }, language)}`);
  for (const { id, replaces } of nodes) if (replaces) say(`${id}: ${replacedSentence(replaces, language)}`);
  const { run, depends, cached } = counts;
  const [memory, energy] = [bytes(total.memoryBytes), `${total.wattHours.toFixed(1)} Wh`];
  say(
    `${run + depends} of ${nodes.length} nodes will run, ${cached} cached, about ${duration(total.seconds)}, ${memory}, ${energy}.`,
  );
}
