import { rowText, selectDataset } from "@/engines/table";
import { defineRunner } from "@/graph/runner";
import { newKind } from "./definition";

export default defineRunner(newKind, async ({ inputs, params, ctx }) =>
  selectDataset({
    kind: newKind,
    input: inputs.data,
    params,
    ctx,
    scorer: () => ({ score: (row) => ({ characters: [...rowText(row)].length }) }),
  }),
);
