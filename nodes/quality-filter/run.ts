import { selectDataset } from "@/engines/table";
import { defineRunner } from "@/graph/runner";
import { qualityFilter } from "./definition";
import { scorer } from "./scores";

export default defineRunner(qualityFilter, ({ inputs, params, ctx }) =>
  selectDataset({
    kind: qualityFilter,
    input: inputs.data,
    params,
    ctx,
    looksAt: ["messages", "text"],
    score: scorer(params.phrases),
  }),
);
