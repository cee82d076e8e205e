/** The prefix of row ids, and the same in SQL. */
import { createHash } from "node:crypto";
import { posix } from "node:path";
import { PREFIX_LENGTH } from "@/graph/row-ids";
import { isUrl } from "../remote/fetch-file";
import { ident } from "./quote";

/** 8 hex that stand for a path, an address or a Hub id as it was written; `./a.csv` and `a.csv` are the same. */
export function sourcePrefix(name: string): string {
  const plain = isUrl(name) ? name.trim() : posix.normalize(name.trim());
  return createHash("sha256")
    .update(plain)
    .digest("hex")
    .slice(0, PREFIX_LENGTH - 1);
}

/** SQL for `placeOf`. */
export function placeSql(column = "_row"): string {
  const id = ident(column);
  return `CASE WHEN regexp_matches(${id}, '^[0-9a-f]{8}:') THEN substr(${id}, ${PREFIX_LENGTH + 1}) ELSE ${id} END`;
}
