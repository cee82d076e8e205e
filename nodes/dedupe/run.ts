import { hash } from "node:crypto";
import { type Row, rowText, selectDataset } from "@/engines/table";
import { defineRunner } from "@/graph/runner";
import { dedupe } from "./definition";
import { type Sameness, samenessKey } from "./normalise";

export default defineRunner(dedupe, ({ inputs, params, ctx }) =>
  selectDataset({
    kind: dedupe,
    input: inputs.data,
    params,
    ctx,
    rule: params.method,
    score: (row) => clusterOf(row, params),
  }),
);

/** 128 bits of what is compared stand for it. */
function clusterOf(row: Row, how: Sameness): { cluster: string | null; length: number } {
  const key = samenessKey(row, how);
  return {
    cluster: key === undefined ? null : hash("sha256", key).slice(0, 32),
    length: rowText(row).length,
  };
}
