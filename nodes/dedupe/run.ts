import { hash } from "node:crypto";
import { allTurns, type Row, rowText, selectDataset, selectFlat, unusedName } from "@/engines/table";
import { defineRunner } from "@/graph/runner";
import { dedupe } from "./definition";
import { exactSql } from "./exact-sql";
import { isExact, normaliseParts, samenessKey } from "./normalise";

export default defineRunner(dedupe, ({ inputs, params, ctx }) =>
  selectDataset({
    kind: dedupe,
    input: inputs.data,
    params,
    ctx,
    rule: params.method,
    scorer: (table) => {
      if (isExact(params)) return { sql: exactSql(table, params.compare) };
      const cells = table.sql.map(({ name }) => name);
      const [flat, turns] = [unusedName(table, "flat"), unusedName(table, "turns")];
      const select =
        params.compare === "row"
          ? selectFlat(table, { [flat]: allTurns, [turns]: () => "len(messages)" }, cells)
          : undefined;
      const ofRow = (row: Row) => clusterOf(samenessKey(row, params.compare, params), rowText(row).length);
      if (!select) return { score: ofRow };
      return {
        select,
        score: ({ [flat]: text, [turns]: count, ...row }) =>
          typeof text === "string"
            ? // Between role and content stands one character here, and two in the text of the row.
              clusterOf(normaliseParts(text, params), text.length + Number(count))
            : ofRow(row),
      };
    },
  }),
);

/** 128 bits of what is compared stand for it. */
const clusterOf = (key: string | undefined, length: number): Row => ({
  cluster: key === undefined ? null : hash("sha256", key).slice(0, 32),
  length,
});
