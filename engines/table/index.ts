/** Tables in Parquet through DuckDB: bounded memory, streamed rows. */
export { type Cell, columnType, MESSAGES_SQL, type Row, type SqlColumn } from "./cells";
export { type Cleaned, type CleanPorts, cleanDataset, KEEP, type Verdict } from "./clean-dataset";
export { copyParquet } from "./copy";
export { closeTables, configureTables, withConnection } from "./database";
export { describeTable, type TableDescription } from "./describe";
export { type Histogram, histogram } from "./histogram";
export { LEDGER_COLUMNS, type LedgerEntry, type Message, messagesOf, rowText } from "./ledger";
export {
  FILTER_OPERATORS,
  type Filter,
  type PreviewOptions,
  previewTable,
  type TablePage,
} from "./preview-table";
export { ident, literal, parquet } from "./quote";
export { queryRows, type ReadOptions, readBatches, readRows, streamQuery } from "./read-rows";
export { querySandboxed, type SandboxOptions, type SandboxResult } from "./sandbox";
export { TableWriter, type Written } from "./table-writer";
