/** One node over rows on disk, in a process of its own: `side.js KIND INPUT OUTPUT PARAMS`. Prints seconds and peak memory. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AnyNode } from "@/graph/define-node";
import type { AnyRunner } from "@/graph/runner";
import { datasetFile } from "@/nodes/dataset-file/definition";
import runDatasetFile from "@/nodes/dataset-file/run";
import { dedupe } from "@/nodes/dedupe/definition";
import runDedupe from "@/nodes/dedupe/run";
import { pii } from "@/nodes/pii/definition";
import runPii from "@/nodes/pii/run";
import { qualityFilter } from "@/nodes/quality-filter/definition";
import runQualityFilter from "@/nodes/quality-filter/run";
import { split } from "@/nodes/split/definition";
import runSplit from "@/nodes/split/run";

const kinds = new Map<string, [AnyNode, AnyRunner]>([
  ["dataset-file", [datasetFile, runDatasetFile as AnyRunner]],
  ["dedupe", [dedupe, runDedupe as AnyRunner]],
  ["quality-filter", [qualityFilter, runQualityFilter as AnyRunner]],
  ["pii", [pii, runPii as AnyRunner]],
  ["split", [split, runSplit as AnyRunner]],
]);

/** `seconds` from the call of the node to its sealed outputs; `cpu` over all threads; `megabytes` at the peak. */
export type SideAnswer = { seconds: number; cpu: number; megabytes: number; rows: Record<string, number> };

const [kind = "", input = "", output = "", given = "{}"] = process.argv.slice(2);
const [definition, run] = kinds.get(kind)!;
const stages = join(dirname(output), "stages");
await rm(output, { recursive: true, force: true });
await mkdir(join(output, "tmp"), { recursive: true });

const folder = async (port: string) => {
  const dir = join(output, port);
  await mkdir(dir, { recursive: true });
  return dir;
};
// Outlasts versions: a checkout of an earlier one reads what it knows of it.
const ctx = {
  signal: new AbortController().signal,
  log: () => {},
  progress: () => {},
  metric: () => {},
  sample: () => {},
  artifacts: {
    open: async (port: string) => {
      const dir = await folder(port);
      const { type } = definition.outputs[port]!;
      return { dir, seal: (facts: object) => ({ type: { type, ...facts }, dir }) };
    },
    /** As the store does it: what was made before is found by its key. */
    stage: async (name: string, key: unknown, make: (dir: string) => Promise<void>) => {
      const dir = join(
        stages,
        `${kind}-${name}-${Buffer.from(JSON.stringify(key)).toString("hex").slice(-120)}`,
      );
      const made = join(dir, ".made");
      if (!(await readFile(made).catch(() => undefined))) {
        await rm(dir, { recursive: true, force: true });
        await mkdir(dir, { recursive: true });
        await make(dir);
        await writeFile(made, "");
      }
      return dir;
    },
  },
  checkpoint: { load: async () => undefined, save: async () => {} },
  recipe: async () => undefined,
  tmp: join(output, "tmp"),
  threads: 2,
  dataDirs: [dirname(input)],
  trustedPaths: [input],
  modelsDir: output,
  downloadsDir: output,
};

const inputs =
  kind === "dataset-file"
    ? {}
    : {
        data: {
          type: "dataset",
          digest: `sha256:${"0".repeat(64)}`,
          facts: JSON.parse(await readFile(join(input, "facts.json"), "utf8")),
          dir: input,
        },
      };
const params = definition.params.parse({
  ...JSON.parse(given),
  ...(kind === "dataset-file" && { path: input }),
});
const before = process.cpuUsage();
const begin = performance.now();
const outputs = await run({ inputs, params, ctx: ctx as never });
const seconds = (performance.now() - begin) / 1000;
const { user, system } = process.cpuUsage(before);
const rows: SideAnswer["rows"] = {};
for (const [port, { type, dir }] of Object.entries(outputs)) {
  const { type: _, ...facts } = type;
  await writeFile(join(dir, "facts.json"), JSON.stringify(facts));
  rows[port] = "rows" in facts ? (facts.rows ?? 0) : 0;
}
const megabytes = process.resourceUsage().maxRSS / 1024;
const answer: SideAnswer = { seconds, cpu: (user + system) / 1e6, megabytes, rows };
console.log(JSON.stringify(answer));
process.exit(0);
