import { contentsOf, selectDataset, selectFlat } from "@/engines/table";
import { defineRunner } from "@/graph/runner";
import { qualityFilter } from "./definition";
import { scorer } from "./scores";

const FLAT = { question: contentsOf("user"), answer: contentsOf("assistant") };

export default defineRunner(qualityFilter, ({ inputs, params, ctx }) =>
  selectDataset({
    kind: qualityFilter,
    input: inputs.data,
    params,
    ctx,
    scorer: (table) => {
      const cells = table.sql
        .map(({ name }) => name)
        .filter((name) => ["_row", "messages", "text"].includes(name));
      return { select: selectFlat(table, FLAT, cells) ?? cells, score: scorer(params.phrases) };
    },
  }),
);
