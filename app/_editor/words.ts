"use client";
/** Sentences for codes with values: problems of checks, reasons of a plan, failures. */
import { useLocale, useMessages, useTranslations } from "next-intl";
import { useCallback } from "react";
import { showNumber } from "@/app/_params/form-model";
import { PORT_REF } from "@/graph/document";
import type { PlanEntry, Reason } from "@/graph/plan";
import type { Problem, Values } from "@/graph/problems";
import type { FailureView } from "@/graph/run-view";
import { useRuleText } from "@/ui/preview";
import { useFormat } from "@/ui/use-format";
import { useTypeText } from "@/ui/use-type-text";
import { useEditorIfAny } from "./context";
import { type KindText, useKindTexts } from "./kind-text";

type Translate = ((key: string, values?: Values) => string) & { has(key: string): boolean };

function useAnyTranslations(): Translate {
  return useTranslations() as unknown as Translate;
}

/** A kind's own sentence, else the shared one. A probe's failure is a problem too, so the other group is looked into last. */
function useSentence(first: "checks" | "failures" | "logs", last?: "checks" | "failures") {
  const t = useAnyTranslations();
  const locale = useLocale();
  return useCallback(
    (code: string, values: Values, kind?: string) => {
      const keys = [first, ...(last ? [last] : [])].flatMap((group) => [
        ...(kind ? [`nodes.${kind}.${group}.${code}`] : []),
        `${group}.${code}`,
      ]);
      const key = keys.find((k) => t.has(k));
      return key ? quoted(t(key, values), locale) : undefined;
    },
    [t, first, last, locale],
  );
}

/** A terminal sets names apart with backticks; people who read a page know quotation marks. */
const quoted = (text: string, locale: string) =>
  text.replace(/`([^`]*)`/g, locale === "es" ? "«$1»" : "“$1”");

/** A problem in the person's words: what a file calls by id has its title here. */
export function useProblemText() {
  const sentence = useSentence("checks", "failures");
  const shown = useShownValues();
  return useCallback(
    (problem: Problem, kind?: string) => sentence(problem.code, shown(problem, kind), kind) ?? problem.code,
    [sentence, shown],
  );
}

function useShownValues() {
  const editor = useEditorIfAny();
  const locale = useLocale();
  const texts = useKindTexts();
  const typeText = useTypeText();
  const paramValue = useParamValue();
  return useCallback(
    ({ code, param, values }: Problem, kind?: string): Values => {
      const own = texts(kind ?? "");
      const text = own.params[param ?? ""];
      const paramTitle = (name: string) => own.params[name]?.title ?? name;
      const nodeTitle = (id: string) => {
        const node = editor?.model.store.getState().file.nodes.find((n) => n.id === id);
        return node ? (node.title ?? texts(node.kind).title) : id;
      };
      const end = (ref: string | number) => {
        const [, node = String(ref), port] = PORT_REF.exec(String(ref)) ?? [];
        const kindOf = editor?.model.store.getState().file.nodes.find((n) => n.id === node)?.kind;
        return port ? `${nodeTitle(node)}, ${texts(kindOf ?? "").ports[port] ?? port}` : nodeTitle(node);
      };
      const listed = (label: (one: string) => string) => (value: string | number) =>
        String(value).split(", ").map(label).join(", ");
      const words: Record<string, (value: string | number) => string | number> = {
        param: (value) => (text?.title ? text.title : paramTitle(String(value))),
        port: (value) => own.ports[value] ?? value,
        ...(code === "param-unknown" ? { known: listed(paramTitle) } : {}),
        ...(code.startsWith("param-")
          ? {
              value: (value) => paramValue(text, parsed(String(value))),
              options: listed((o) => text?.options?.[o] ?? o),
            }
          : {}),
        ...(PLAIN_LIMITS.has(code) ? { limit: (value) => showNumber(Number(value), locale) } : {}),
        wants: (value) => typeText(String(value)),
        has: (value) => typeText(String(value)),
        type: (value) => typeText(String(value)),
        example: (value) => texts(String(value)).title,
        adapter: (value) => texts(String(value)).title,
        ...(code === "bypass-impossible" ? { kind: (value) => texts(String(value)).title } : {}),
        ...(code.startsWith("wire-") || code === "input-taken" ? { from: end, to: end } : {}),
        ...(code === "cycle"
          ? { path: (value) => String(value).split(" → ").map(nodeTitle).join(" → ") }
          : {}),
      };
      const entries = Object.entries(values).map(([name, value]) => [name, words[name]?.(value) ?? value]);
      return Object.fromEntries(entries) as Values;
    },
    [editor, locale, texts, typeText, paramValue],
  );
}

const PLAIN_LIMITS = new Set(["param-too-small", "param-too-big", "param-not-above", "param-not-below"]);

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
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
  const locale = useLocale();
  const t = useTranslations("app.editor.form");
  return useCallback(
    (text: KindText["params"][string] | undefined, value: unknown): string => {
      if (value === undefined || value === null || value === "") return t("none");
      if (typeof value === "boolean") return value ? t("yes") : t("no");
      if (typeof value === "number")
        return Number.isInteger(value) && value >= 10_000 ? format.count(value) : showNumber(value, locale);
      const label = (v: unknown) => text?.options?.[String(v)] ?? String(v);
      if (Array.isArray(value)) return value.length ? value.map(label).join(", ") : t("none");
      if (typeof value === "object") return "secret" in value ? String(value.secret) : JSON.stringify(value);
      return label(value);
    },
    [format, t, locale],
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
