/** Tables in Parquet through DuckDB: bounded memory, streamed rows. */
export { type Cell, decoder, encoder, own, type Row, type SqlColumn } from "./cells";
export { type Cleaned, type CleanPorts, cleanDataset, type Judged } from "./clean-dataset";
export { compareRows, type RowChanges } from "./compare-rows";
export { copyParquet } from "./copy";
export { closeTables, withConnection } from "./database";
export { describeTable, type TableDescription } from "./describe";
export { Digits, exactJson, parseExact } from "./exact-json";
export { allTurns, contentsOf, isWhole, selectFlat, TURN_MARK, unusedName } from "./flat-chat";
export { type Histogram, histogram } from "./histogram";
export { type LedgerEntry, rowText } from "./ledger";
export { type LedgerRules, ledgerRules } from "./ledger-rules";
export {
  type Filter,
  type PreviewOptions,
  previewTable,
  type TablePage,
} from "./preview-table";
export { ident, literal, parquet } from "./quote";
export { queryRows, type ReadOptions, readBatches, readRows, streamChunks, streamQuery } from "./read-rows";
export { type RowCounts, RowLedger } from "./row-ledger";
export { placeSql, sourcePrefix } from "./row-source";
export { querySandboxed, type SandboxOptions, type SandboxResult } from "./sandbox";
export {
  type Change,
  changeCell,
  fieldNames,
  isPartlyUnsearched,
  isSearched,
  type MayChange,
  mayChangeRow,
} from "./search-cells";
export { type Scorer, selectDataset } from "./select-dataset";
export { type Selection, selectScores } from "./select-scores";
export { TableWriter, type Written } from "./table-writer";
export {
  fieldsOf,
  MESSAGES_SQL,
  type Message,
  MORE_FIELDS,
  type MoreField,
  messagesOf,
  messagesSql,
  type Turn,
  wordsSql,
} from "./turns";
export { type CopiedColumn, type NewCells, VerdictTable } from "./verdict-table";
