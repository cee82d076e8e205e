import { hash } from "node:crypto";
import { allTurns, rowText, type Scorer, selectDataset, selectFlat, unusedName } from "@/engines/table";
import { defineRunner } from "@/graph/runner";
import { dedupe } from "./definition";
import { normaliseParts, samenessKey } from "./normalise";

export default defineRunner(dedupe, ({ inputs, params, ctx }) =>
  selectDataset({
    kind: dedupe,
    input: inputs.data,
    params,
    ctx,
    rule: params.method,
    scorer: (table) => {
      const cells = table.sql.map(({ name }) => name);
      const [flat, turns] = [unusedName(table, "flat"), unusedName(table, "turns")];
      const select =
        params.compare === "row"
          ? selectFlat(table, { [flat]: allTurns, [turns]: () => "len(messages)" }, cells)
          : undefined;
      if (!select) return { score: (row) => clusterOf(samenessKey(row, params), rowText(row).length) };
      return {
        select,
        score: ({ [flat]: text, [turns]: count, ...row }) =>
          typeof text === "string"
            ? // Between role and content stands one character here, and two in the text of the row.
              clusterOf(normaliseParts(text, params), text.length + Number(count))
            : clusterOf(samenessKey(row, params), rowText(row).length),
      };
    },
  }),
);

/** 128 bits of what is compared stand for it. */
const clusterOf = (key: string | undefined, length: number): ReturnType<Scorer["score"]> => ({
  cluster: key === undefined ? null : hash("sha256", key).slice(0, 32),
  length,
});
