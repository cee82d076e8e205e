import { listUsage, setQuota } from "@/server/artifacts/quota";
import { type Command, EXIT, json, UsageError } from "../command";
import { bytes, print, printJson, table } from "../output";
import { withSystem } from "../system";

const UNITS: Record<string, number> = { "": 1, B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** `none`, or a number with or without a unit. */
function parseLimit(text: string): number | null {
  if (text === "none") return null;
  const match = /^(\d+(?:\.\d+)?) ?(B|kB|MB|GB|TB)?$/.exec(text);
  if (!match) throw new UsageError("--set takes bytes or a number with a unit, as in --set 50GB, or none.");
  return Math.round(Number(match[1]) * UNITS[match[2] ?? ""]!);
}

export const quota: Command = {
  summary: "What the artifacts of each team take and may take",
  usage: "[TEAM] [--set LIMIT] [--json]",
  positionals: [0, 1],
  options: { ...json, set: { type: "string" } },
  help: { "--set LIMIT": "the most that the team's artifacts may take, as in 50GB; none for no limit" },
  run: (args) =>
    withSystem(async ({ pool }) => {
      const [wanted] = args.positionals;
      const limit = args.text("set");
      const known = await listUsage(pool);
      const slugs = known.map(({ slug }) => slug);
      if (wanted !== undefined && !slugs.includes(wanted))
        throw new UsageError(`There is no team ${wanted}. The teams are: ${slugs.join(", ")}.`);
      if (limit !== undefined) {
        const team = wanted ?? (slugs.length === 1 ? slugs[0] : undefined);
        if (!team) throw new UsageError(`Say whose limit: telar quota TEAM --set ${limit}`);
        await setQuota(pool, team, parseLimit(limit));
      }
      const teams = (await listUsage(pool)).filter(({ slug }) => wanted === undefined || slug === wanted);
      if (args.flag("json")) printJson({ teams });
      else
        print(
          table(
            teams.map(({ slug, team, artifacts, bytes: used, quotaBytes }) => [
              slug,
              team,
              `${artifacts} artifacts`,
              bytes(used),
              quotaBytes === null ? "no limit" : `of ${bytes(quotaBytes)}`,
            ]),
          ),
        );
      return EXIT.done;
    }),
};
