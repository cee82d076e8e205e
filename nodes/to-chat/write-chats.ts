/** The conversations of a table, in its order. Only rows that DuckDB cannot convert by itself pass through JavaScript. */
import {
  encoder,
  ident,
  MORE_FIELDS,
  type MoreField,
  messagesSql,
  type NewCells,
  parquet,
  type Row,
  type RowLedger,
  rowText,
  streamQuery,
  type TableDescription,
  type Turn,
  unusedName,
  VerdictTable,
  withConnection,
} from "@/engines/table";
import type { Column } from "@/graph/ports";
import type { Context } from "@/graph/runner";
import { convertRow } from "./convert";
import type { Mapping } from "./mapping";
import { type PlainRows, plainRows } from "./plain-rows";
import { otherInstances, otherKeys } from "./turns";

type Writing = {
  path: string;
  table: TableDescription;
  mapping: Mapping;
  systemPrompt: string;
  /** What is written. */
  columns: readonly Column[];
  file: string;
  ledger: RowLedger;
  /** How the table engine converts rows by itself; every row is looked at without. */
  plain?: PlainRows | undefined;
};
/** Keys of turns that are left out, with the number of rows that have them; rows of which further instances are left out. */
export type LeftOut = { keys: ReadonlyMap<string, number>; instances: number };

const MESSAGES = { name: "messages", sql: messagesSql(MORE_FIELDS.map(({ name }) => name)) };
const TOOLS = { name: "tools", sql: "JSON" };

/** Bad rows stand in the ledger; all others are counted there as kept. @throws Failure `too-many-bad-rows` once most of the first rows are bad */
export async function writeChats(
  writing: Writing,
  ctx: Pick<Context, "signal" | "progress">,
): Promise<LeftOut> {
  const { path, table, mapping, systemPrompt, columns, file, ledger } = writing;
  const plain = "plain" in writing ? writing.plain : plainRows(mapping, table.sql, systemPrompt);
  const keys = new Map<string, number>();
  const used = new Set<MoreField>();
  let instances = 0;
  await withConnection(async (connection) => {
    const changing = mapping.tools === undefined ? [MESSAGES] : [MESSAGES, TOOLS];
    const verdicts = await VerdictTable.open(connection, changing);
    const types = (await connection.run(`SELECT NULL::${MESSAGES.sql}, NULL::JSON`)).columnTypes();
    const [messagesCell, toolsCell] = types.map(encoder);
    let at = 0;
    for await (const { place, row } of oddRows(path, table, plain, ctx.signal)) {
      ledger.keep(place - at);
      at = place + 1;
      for (const key of otherKeys(mapping, row)) keys.set(key, (keys.get(key) ?? 0) + 1);
      if (otherInstances(mapping, row)) instances++;
      const { messages, tools, bad } = convertRow(mapping, row, systemPrompt);
      if (bad) {
        verdicts.add(place, false);
        await ledger.record("bad", String(row._row), { ...bad, before: rowText(row) });
        continue;
      }
      for (const turn of messages) noteFields(turn, used);
      const cells: NewCells = new Map([
        ["messages", messagesCell!(messages as never)],
        ["tools", tools === undefined ? null : toolsCell!(tools)],
      ]);
      verdicts.add(place, true, cells, sizeOf(messages));
      ledger.keep();
      if (at % 2_048 === 0) ctx.progress(at, table.rows, "rows");
    }
    ledger.keep(table.rows - at);
    ledger.check();
    const fields = MORE_FIELDS.map(({ name }) => name).filter((name) => used.has(name));
    const written = columns.map(({ name }) => {
      if (name === "messages")
        return { name, sql: (verdict: Verdict) => messagesOrPlain(verdict, fields, plain) };
      if (name === "tools" && mapping.tools !== undefined) return { name, sql: ({ cell }: Verdict) => cell };
      return { name };
    });
    await verdicts.copy(path, written, table.rows, file);
    ctx.progress(table.rows, table.rows, "rows");
  }, ctx.signal);
  return { keys, instances };
}

type Verdict = { changed: string; cell: string };

/** Only the fields that some turn has. */
function messagesOrPlain(
  { changed, cell }: Verdict,
  fields: readonly MoreField[],
  plain: PlainRows | undefined,
) {
  const turn = ["role", "content", ...fields].map((name) => `${name}: m.${name}`).join(", ");
  const own = `list_transform(${cell}, lambda m: {${turn}})`;
  return plain ? `CASE WHEN ${changed} THEN ${own} ELSE ${plain.messages(fields)} END` : own;
}

/** Rows that `plain` does not know, with their place in the table. */
async function* oddRows(
  path: string,
  table: TableDescription,
  plain: PlainRows | undefined,
  signal: AbortSignal,
): AsyncGenerator<{ place: number; row: Row }> {
  const at = unusedName(table, "place");
  const columns = table.columns.map(({ name }) => `data.${ident(name)}`).join(", ");
  const source = `${parquet(path, { rowNumber: true })} data`;
  const where = plain ? ` WHERE NOT ${plain.when}` : "";
  const sql = `SELECT data.file_row_number AS ${ident(at)}, ${columns} FROM ${source}${where}`;
  for await (const batch of streamQuery(sql, { signal }))
    for (const { [at]: place, ...row } of batch) yield { place: Number(place), row };
}

function noteFields(turn: Turn, used: Set<MoreField>): void {
  for (const { name } of MORE_FIELDS) if (turn[name] !== undefined) used.add(name);
}

const sizeOf = (messages: readonly Turn[]) =>
  messages.reduce((sum, { content }) => sum + 64 + (content?.length ?? 0), 0);
