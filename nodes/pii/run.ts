import { join } from "node:path";
import { cleanDataset, type Judged } from "@/engines/table";
import { defineRunner } from "@/graph/runner";
import { PII_TYPES, pii } from "./definition";
import { lookAround } from "./look-around";
import { type Masked, maskedRows, noCounts, searchedColumns } from "./masked-rows";

export default defineRunner(pii, async ({ inputs, params, ctx }) => {
  const { mode, types } = params;
  const path = join(inputs.data.dir, "data.parquet");
  const totals = noCounts();
  const judge = ({ place, row, after, cells, counts }: Masked): Judged => {
    const found = PII_TYPES.filter((type) => counts[type] > 0);
    for (const type of found) totals[type] += counts[type];
    const entry = {
      rule: found.join("+"),
      values: Object.fromEntries(found.map((type) => [type, counts[type]])),
      score: found.reduce((sum, type) => sum + counts[type], 0),
      ...(mode !== "drop" && { after: after() }),
    };
    if (mode === "mask") return { place, row, entry, action: "changed", cells };
    return { place, row, entry, action: mode === "drop" ? "removed" : "found" };
  };
  const around = await lookAround(path, types, ctx.signal);
  const outputs = await cleanDataset({
    input: inputs.data,
    ctx,
    putBack: params.putBack,
    changing: (table) => searchedColumns(table).map(({ name }) => name),
    judged: async function* (table) {
      for await (const batch of maskedRows(path, table, types, ctx.signal)) yield batch.map(judge);
    },
    found: ({ found, changed, removed, putBack }) => {
      // What stays in the names and ids cannot be masked; what nobody looked at is as it came.
      const stays = found + putBack > 0 || around.names.length > 0 || around.ids > 0;
      const came = around.unsearched.length > 0 ? (inputs.data.facts.labels?.pii ?? "unknown") : undefined;
      const mark = stays ? "found" : came;
      return {
        ...(mark && { data: { pii: mark } }),
        ...((stays || changed + removed > 0) && { ledger: { pii: "found" } }),
      };
    },
  });
  const { unsearched, names, ids } = around;
  if (unsearched.length > 0) ctx.log("warn", "not-searched", { columns: unsearched.join(", ") });
  if (names.length > 0) ctx.log("warn", "names-hold-data", { names: names.length });
  if (ids > 0) ctx.log("warn", "ids-hold-data", { rows: ids });
  for (const type of PII_TYPES) ctx.metric(type, 0, totals[type]);
  return outputs;
});
