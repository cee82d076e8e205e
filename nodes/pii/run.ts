import { type Cell, cleanDataset, KEEP, type Row, rowText, type Verdict } from "@/engines/table";
import { defineRunner } from "@/graph/runner";
import { PII_TYPES, type PiiType, pii } from "./definition";
import { maskPii } from "./detect";

export default defineRunner(pii, async ({ inputs, params, ctx }) => {
  const { mode, types } = params;
  const totals: Record<PiiType, number> = { email: 0, phone: 0, card: 0 };
  const judge = (row: Row): Verdict => {
    const { masked, counts } = maskRow(row, types);
    const found = PII_TYPES.filter((type) => counts[type] > 0);
    if (found.length === 0) return KEEP;
    for (const type of found) totals[type] += counts[type];
    const entry = {
      rule: found.join("+"),
      values: Object.fromEntries(found.map((type) => [type, counts[type]])),
      score: found.reduce((sum, type) => sum + counts[type], 0),
      before: rowText(row),
      ...(mode !== "drop" && { after: rowText(masked) }),
    };
    if (mode === "drop") return { action: "removed", entry };
    return mode === "mask" ? { action: "changed", row: masked, entry } : { action: "found", entry };
  };
  const outputs = await cleanDataset({
    input: inputs.data,
    ctx,
    putBack: params.putBack,
    decide: (rows) => rows.map(judge),
    found: ({ found, changed, removed, putBack }) => ({
      ...(found + putBack > 0 && { data: { pii: "found" } }),
      ...(found + changed + removed + putBack > 0 && { ledger: { pii: "found" } }),
    }),
  });
  for (const type of PII_TYPES) ctx.metric(type, 0, totals[type]);
  return outputs;
});

/** Every text of the row, however deep, but its id. */
function maskRow(row: Row, types: readonly PiiType[]): { masked: Row; counts: Record<PiiType, number> } {
  const counts: Record<PiiType, number> = { email: 0, phone: 0, card: 0 };
  const mask = (cell: Cell): Cell => {
    if (typeof cell === "string") {
      const { text, found } = maskPii(cell, types);
      for (const type of found) counts[type]++;
      return text;
    }
    if (Array.isArray(cell)) return cell.map(mask);
    if (cell && typeof cell === "object") {
      return Object.fromEntries(Object.entries(cell).map(([key, value]) => [key, mask(value)]));
    }
    return cell;
  };
  const masked: Row = {};
  for (const [name, cell] of Object.entries(row)) masked[name] = name === "_row" ? cell : mask(cell);
  return { masked, counts };
}
