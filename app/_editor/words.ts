"use client";
/** Sentences for codes with values: problems of checks, reasons of a plan, failures. */
import { useMessages, useTranslations } from "next-intl";
import { useCallback } from "react";
import { showNumber } from "@/app/_params/form-model";
import type { PlanEntry, Reason } from "@/graph/plan";
import type { Problem, Values } from "@/graph/problems";
import type { FailureView } from "@/graph/run-view";
import { useRuleText } from "@/ui/preview";
import { useFormat } from "@/ui/use-format";
import { type KindText, useKindTexts } from "./kind-text";

type Translate = ((key: string, values?: Values) => string) & { has(key: string): boolean };

function useAnyTranslations(): Translate {
  return useTranslations() as unknown as Translate;
}

/** A kind's own sentence, else the shared one. A probe's failure is a problem too, so the other group is looked into last. */
function useSentence(first: "checks" | "failures" | "logs", last?: "checks" | "failures") {
  const t = useAnyTranslations();
  return useCallback(
    (code: string, values: Values, kind?: string) => {
      const keys = [first, ...(last ? [last] : [])].flatMap((group) => [
        ...(kind ? [`nodes.${kind}.${group}.${code}`] : []),
        `${group}.${code}`,
      ]);
      const key = keys.find((k) => t.has(k));
      return key ? t(key, values) : undefined;
    },
    [t, first, last],
  );
}

export function useProblemText() {
  const sentence = useSentence("checks", "failures");
  return useCallback(
    (problem: Problem, kind?: string) => sentence(problem.code, problem.values, kind) ?? problem.code,
    [sentence],
  );
}

/** What names a row says why with the ledger's code of it. */
function useSentenceWithWhy(group: "failures" | "logs") {
  const sentence = useSentence(group);
  const why = useRuleText();
  return useCallback(
    (code: string, values: Values, kind?: string) => {
      const { rule } = values;
      const all = typeof rule === "string" ? { why: why(rule, values, kind), ...values } : values;
      return sentence(code, all, kind);
    },
    [sentence, why],
  );
}

export function useFailureText() {
  const sentence = useSentenceWithWhy("failures");
  return useCallback(
    ({ reason, values, message }: FailureView, kind?: string) => sentence(reason, values, kind) ?? message,
    [sentence],
  );
}

type LogLine = {
  message: string;
  code: string;
  values?: Values;
  failure?: { kind: string; reason: string; values: Values };
};

/** A line of a log; what a library wrote itself stays as it is. */
export function useLogText() {
  const failure = useSentenceWithWhy("failures");
  const sentence = useSentenceWithWhy("logs");
  return useCallback(
    (line: LogLine, kind: string) =>
      (line.failure
        ? failure(line.failure.reason, line.failure.values, line.failure.kind)
        : line.code === "text"
          ? undefined
          : sentence(line.code, line.values ?? {}, kind)) ?? line.message,
    [failure, sentence],
  );
}

export function useErrorText() {
  const sentence = useSentence("failures", "checks");
  const messages = useMessages() as { app?: { editor?: { unreachable?: string } } };
  return useCallback(
    (error: { data?: { reason?: string; values?: Values } | null | undefined; message: string }) =>
      (error.data?.reason ? sentence(error.data.reason, error.data.values ?? {}) : undefined) ??
      (error.data ? error.message : (messages.app?.editor?.unreachable ?? error.message)),
    [sentence, messages],
  );
}

/** Of a list, as a reason has it: JSON. */
function lengthOf(json: string): number {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value.length : 0;
  } catch {
    return 0;
  }
}

/** A parameter's value as a person reads it. */
export function useParamValue() {
  const format = useFormat();
  const t = useTranslations("app.editor.form");
  return useCallback(
    (text: KindText["params"][string] | undefined, value: unknown): string => {
      if (value === undefined || value === null || value === "") return t("none");
      if (typeof value === "boolean") return value ? t("yes") : t("no");
      if (typeof value === "number")
        return Number.isInteger(value) && value >= 10_000 ? format.count(value) : showNumber(value);
      const label = (v: unknown) => text?.options?.[String(v)] ?? String(v);
      if (Array.isArray(value)) return value.length ? value.map(label).join(", ") : t("none");
      if (typeof value === "object") return "secret" in value ? String(value.secret) : JSON.stringify(value);
      return label(value);
    },
    [format, t],
  );
}

/** Why a node will run, in a few words. */
export function useReasonText() {
  const t = useTranslations("app.editor.reason");
  const texts = useKindTexts();
  return useCallback(
    (reason: Reason, entry: Pick<PlanEntry, "kind">, titleOf: (id: string) => string): string => {
      const text = texts(entry.kind);
      switch (reason.code) {
        case "param":
          if (reason.param === "putBack")
            return t("put-back", { count: Math.max(0, lengthOf(reason.after) - lengthOf(reason.before)) });
          return t("param", { param: text.params[reason.param]?.title ?? reason.param });
        case "file":
          return t(reason.code, { param: text.params[reason.param]?.title ?? reason.param });
        case "input": {
          const port = text.ports[reason.port] ?? reason.port;
          const { rows, rowsBefore, rowsAfter } = reason;
          if (rows) return t("input-changes", { port, ...rows });
          return rowsBefore === undefined || rowsAfter === undefined || rowsBefore === rowsAfter
            ? t("input", { port })
            : t("input-rows", { port, before: rowsBefore, after: rowsAfter });
        }
        case "code":
          return t("code", { before: reason.before, after: reason.after });
        case "upstream":
          return t("upstream", { nodes: reason.nodes.map(titleOf).join(", "), count: reason.nodes.length });
        case "needs-failed":
          return t("needs-failed", { node: titleOf(reason.node) });
        case "cached":
          return reason.graph === undefined
            ? t("cached", { run: reason.run })
            : t("cached-elsewhere", { run: reason.run, graph: reason.graph });
        case "only-smoke":
          return t("only-smoke", { run: reason.run });
        case "not-cacheable":
          return t("not-cacheable", { kind: entry.kind });
        default:
          return t(reason.code);
      }
    },
    [t, texts],
  );
}
