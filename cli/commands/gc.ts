import { type Collection, collect } from "@/server/artifacts/collect/collect";
import { KEEP_REASONS, type KeepReason } from "@/server/artifacts/collect/decide-kept";
import { recentRunDays } from "@/server/artifacts/limits";
import { type Command, EXIT, json, UsageError } from "../command";
import { bytes, print, printJson, say, table } from "../output";
import { withPrisma, withSystem } from "../system";

const WHY: Record<KeepReason, string> = {
  served: "served by a deployment or a chain",
  frozen: "frozen in a graph or in a version of one",
  running: "of a run that has not ended",
  recent: "of a run that ended lately",
  version: "of a run of a named or shared version",
  shown: "the newest result of a node of a graph",
  new: "stored lately",
};

export const gc: Command = {
  summary: "Remove stored results that nothing uses",
  usage: "[--yes] [--older-than DAYS] [--json]",
  positionals: [0, 0],
  options: { ...json, yes: { type: "boolean" }, "older-than": { type: "string" } },
  help: {
    "--yes": "remove; without it, only say what would go",
    "--older-than DAYS": `keep all of runs that ended within this time (${recentRunDays})`,
  },
  run: (args) =>
    withSystem(async (system) => {
      const days = Number(args.text("older-than") ?? recentRunDays);
      if (!Number.isFinite(days) || days < 0) throw new UsageError("--older-than takes a number of days.");
      const remove = args.flag("yes");
      const found = await collect(await withPrisma(system), { remove, recentMs: days * 86_400_000 });
      if (args.flag("json")) printJson({ removed: remove, ...found });
      else report(found, remove);
      return EXIT.done;
    }),
};

function report(
  { artifacts, blobs, bytes: size, kept, checkpoints, leftOvers }: Collection,
  removed: boolean,
) {
  const rows = KEEP_REASONS.filter((reason) => kept[reason].artifacts).map((reason) => [
    String(kept[reason].artifacts),
    bytes(kept[reason].bytes),
    WHY[reason],
  ]);
  if (rows.length) print(table([["kept", "", "because they are"], ...rows]));
  const words = removed ? "Removed" : "Would remove";
  say(`${words} ${artifacts.length} artifacts and ${blobs} files, ${bytes(size)}.`);
  if (checkpoints) say(`${words} ${checkpoints} checkpoints of nodes that have succeeded since.`);
  if (leftOvers) say(`${words} ${leftOvers} left-overs of interrupted jobs and uploads.`);
  if (!removed && (blobs || artifacts.length))
    say(
      "Nothing was changed. `telar gc --yes` removes them; the history of runs stays, and what is needed again is made again.",
    );
}
