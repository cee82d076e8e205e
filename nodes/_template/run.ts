import { cleanDataset, KEEP, rowText } from "@/engines/table";
import { defineRunner } from "@/graph/runner";
import { newKind } from "./definition";

export default defineRunner(newKind, async ({ inputs, params, ctx }) =>
  cleanDataset({
    input: inputs.data,
    ctx,
    putBack: params.putBack,
    decide: (rows) =>
      rows.map((row) => {
        const text = rowText(row);
        const characters = [...text].length;
        if (characters >= params.minCharacters) return KEEP;
        const values = { characters, limit: params.minCharacters };
        return { action: "removed", entry: { rule: "too-short", values, score: characters, before: text } };
      }),
  }),
);
