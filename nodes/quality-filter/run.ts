import { selectDataset } from "@/engines/table";
import { defineRunner } from "@/graph/runner";
import { qualityFilter } from "./definition";
import { scoreRow } from "./scores";

export default defineRunner(qualityFilter, ({ inputs, params, ctx }) =>
  selectDataset({
    kind: qualityFilter,
    input: inputs.data,
    params,
    ctx,
    looksAt: ["messages", "text"],
    score: (row) => scoreRow(row, params.phrases),
  }),
);
