/** Quoting for DuckDB SQL. Nothing a person wrote enters a statement except through these two. */

/** `"name"`, with quotes doubled. DuckDB cannot hold NUL in an identifier. */
export function ident(name: string): string {
  if (name === "" || name.includes("\0"))
    throw new RangeError("a column or table name is empty or holds NUL");
  return `"${name.replaceAll('"', '""')}"`;
}

/** A literal: text in single quotes, numbers as they are, `NULL`. */
export function literal(value: string | number | bigint | boolean | null): string {
  if (value === null) return "NULL";
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (typeof value === "bigint") return value.toString();
  // A bare decimal is read as DECIMAL, which loses digits.
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : `'${value}'::DOUBLE`;
  // A quoted literal cannot carry NUL, so such a text is put together from its pieces.
  if (value.includes("\0")) return `(${value.split("\0").map(literal).join(" || chr(0) || ")})`;
  return `'${value.replaceAll("'", "''")}'`;
}

/** `read_parquet` of exactly one file: glob characters in its name are taken literally. */
export function parquet(path: string, options: { rowNumber?: boolean } = {}): string {
  const escaped = path.replace(/[[*?]/g, (char) => `[${char}]`);
  return `read_parquet(${literal(escaped)}, hive_partitioning = false${options.rowNumber ? ", file_row_number = true" : ""})`;
}
