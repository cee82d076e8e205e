"use client";
/** Why a row stands in a ledger, in the reader's language. */
import { useTranslations } from "next-intl";
import { useCallback } from "react";
import type { Values } from "@/graph/problems";
import { ruleWords } from "./rule-words";
import type { Row } from "./source";

type Translate = ((key: string, values?: Values) => string) & { has(key: string): boolean };

/**
 * The sentence of each code in the row's rule (`email+phone`), made with its values. Ledgers of earlier versions hold a
 * ready sentence, `reason`.
 */
export function useLedgerText(kind: string): (row: Row) => string {
  const t = useTranslations() as unknown as Translate;
  return useCallback(
    (row) => {
      if (typeof row.reason === "string") return row.reason;
      const values = isObject(row.values) ? (row.values as Values) : {};
      const sentences = String(row.rule ?? "")
        .split("+")
        .map((code) => {
          const key = [`nodes.${kind}.ledger.${code}`, `ledger.${code}`].find((k) => t.has(k));
          return key ? t(key, values) : ruleWords(code);
        });
      return sentences.join(", ");
    },
    [t, kind],
  );
}

const isObject = (cell: Row[string] | undefined) =>
  typeof cell === "object" && cell !== null && !Array.isArray(cell);
