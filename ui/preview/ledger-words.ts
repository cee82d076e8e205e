"use client";
/** Why a row stands in a ledger, in the reader's language. */
import { useTranslations } from "next-intl";
import { useCallback } from "react";
import type { Values } from "@/graph/problems";
import { ruleWords } from "./rule-words";
import type { Row } from "./source";

type Translate = ((key: string, values?: Values) => string) & { has(key: string): boolean };

/** The sentence of each code in a rule (`email+phone`), made with its values: the kind's own, else the shared one. */
export function useRuleText(): (rule: string, values: Values, kind?: string) => string {
  const t = useTranslations() as unknown as Translate;
  return useCallback(
    (rule, values, kind) => {
      const sentences = rule.split("+").map((code) => {
        const keys = [...(kind ? [`nodes.${kind}.ledger.${code}`] : []), `ledger.${code}`];
        const key = keys.find((k) => t.has(k));
        return key ? t(key, values) : ruleWords(code);
      });
      return sentences.join(", ");
    },
    [t],
  );
}

/** Ledgers of earlier versions hold a ready sentence, `reason`. */
export function useLedgerText(kind: string): (row: Row) => string {
  const text = useRuleText();
  return useCallback(
    (row) => {
      if (typeof row.reason === "string") return row.reason;
      return text(String(row.rule ?? ""), isObject(row.values) ? (row.values as Values) : {}, kind);
    },
    [text, kind],
  );
}

const isObject = (cell: Row[string] | undefined) =>
  typeof cell === "object" && cell !== null && !Array.isArray(cell);
