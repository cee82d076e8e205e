import { cp, rename, rm, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { DIGEST, openArtifact, previewArtifact } from "@/server/artifacts/index";
import { type Command, EXIT, json, teamOption, UsageError } from "../command";
import { print, printJson, say, table } from "../output";
import { type TeamSystem, withTeam } from "../system";

/** A digest, whole or its first letters as long as one artifact begins so. */
async function findDigest({ pool, teamId }: TeamSystem, given: string): Promise<string> {
  const text = given.startsWith("sha256:") ? given : `sha256:${given}`;
  if (!/^sha256:[0-9a-f]{4,64}$/.test(text))
    throw new UsageError(`${given} is not a digest. \`telar show RUN --json\` lists those of a run.`);
  const { rows } = await pool.query<{ digest: string }>(
    `SELECT DISTINCT digest FROM "Artifact" WHERE "teamId" = $1 AND digest LIKE $2 || '%' LIMIT 2`,
    [teamId, text],
  );
  if (rows.length > 1) throw new UsageError(`Several artifacts begin with ${given}. Give more of it.`);
  if (!rows[0] || !DIGEST.test(rows[0].digest))
    throw new UsageError(`There is no artifact ${given}. \`telar show RUN --json\` lists those of a run.`);
  return rows[0].digest;
}

export const get: Command = {
  summary: "Copy an artifact out of the store",
  usage: "DIGEST --out PATH",
  positionals: [1, 1],
  options: { ...teamOption, out: { type: "string" } },
  help: { "--out PATH": "the folder to make" },
  run: (args) =>
    withTeam(args, async (system) => {
      const out = args.text("out");
      if (!out) throw new UsageError("Say where to: telar get DIGEST --out PATH");
      const target = resolve(out);
      if (await stat(target).catch(() => undefined))
        throw new UsageError(`${out} is there already. Name a folder that is not.`);
      const { dir } = await openArtifact(system.store, await findDigest(system, args.positionals[0]!));
      const half = `${target}.part`;
      try {
        await cp(dir, half, { recursive: true, dereference: true });
        await rename(half, target);
      } finally {
        await rm(half, { recursive: true, force: true });
      }
      say(`Copied to ${out}.`);
      return EXIT.done;
    }),
};

export const preview: Command = {
  summary: "Look into an artifact",
  usage: "DIGEST [--rows N] [--json]",
  positionals: [1, 1],
  options: { ...json, ...teamOption, rows: { type: "string" } },
  help: { "--rows N": "rows of a table to show (10)" },
  run: (args) =>
    withTeam(args, async (system) => {
      const rows = Number(args.text("rows") ?? 10);
      if (!Number.isInteger(rows) || rows < 1) throw new UsageError("--rows takes a number from 1.");
      const found = await previewArtifact(system.store, await findDigest(system, args.positionals[0]!), {
        limit: rows,
      });
      if (args.flag("json")) printJson(found);
      else if (found.show === "table") {
        const cell = (value: unknown) =>
          (typeof value === "string" ? value : (JSON.stringify(value) ?? ""))
            .replace(/\s+/g, " ")
            .slice(0, 60);
        const columns = found.page.columns.map((c) => c.name);
        print(
          table([
            columns,
            ...found.page.rows.map((row) =>
              columns.map((name) => cell((row as Record<string, unknown>)[name])),
            ),
          ]),
        );
        say(`${found.page.rows.length} of ${found.page.total} rows.`);
      } else printJson(found.show === "report" ? found.report : { facts: found.facts, files: found.files });
      return EXIT.done;
    }),
};
