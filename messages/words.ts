/** Sentences outside React: the command line, logs and stored failures. The same keys as the app's, in the person's language. */
import { createTranslator } from "use-intl/core";
import type { Reason, Replaced } from "@/graph/plan";
import type { Problem, Values } from "@/graph/problems";
import { shownValues, type TrainerReason } from "@/graph/trainers";
import { nodeTexts } from "@/nodes/texts";
import en from "./en.json";
import es from "./es.json";
import type { Locale } from "./locales";
import pt from "./pt.json";

const locales = { en, es, pt };

type Bundle = Record<string, unknown>;
const bundles = new Map<Locale, Bundle>();

/** All messages of a locale: those of the product, and each kind's under `nodes.<kind>`. */
export function allMessages(locale: Locale = "en"): Bundle {
  const known = bundles.get(locale);
  if (known) return known;
  const bundle = { ...locales[locale], nodes: nodeTexts[locale] };
  bundles.set(locale, bundle);
  return bundle;
}

function find(bundle: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Bundle | undefined)?.[key], bundle);
}

/** The first of the paths that has a message, filled with values; undefined when none has. */
export function sentence(
  paths: readonly string[][],
  values: Values = {},
  locale: Locale = "en",
): string | undefined {
  const bundle = allMessages(locale);
  for (const path of paths) {
    const message = find(bundle, path);
    if (typeof message !== "string") continue;
    const t = createTranslator({
      locale,
      messages: { message },
      onError: () => {},
      getMessageFallback: () => message,
    });
    return t("message", values as never);
  }
  return undefined;
}

/** What failed, where, and what to do next. */
export function failureSentence(
  reason: string,
  values: Values = {},
  kind = "",
  locale: Locale = "en",
): string {
  const paths = [
    ["nodes", kind, "failures", reason],
    ["failures", reason],
    ["checks", reason],
  ];
  return sentence(paths, withWhy(values, kind, locale), locale) ?? `${reason} ${JSON.stringify(values)}`;
}

/** What names a row says why with the ledger's code of it, `rule`. */
const withWhy = (values: Values, kind: string, locale: Locale): Values =>
  typeof values.rule === "string"
    ? { why: ledgerSentence(values.rule, values, kind, locale), ...values }
    : values;

/** A line of a log: a library's own output (`text`), why a node failed, or the sentence of its code. A code of the ledger in `rule` says why. */
export function logSentence(code: string, values: Values = {}, kind = "", locale: Locale = "en"): string {
  if (code === "text") return String(values.text ?? "");
  const paths = [
    ["nodes", kind, "logs", code],
    ["logs", code],
  ];
  return sentence(paths, withWhy(values, kind, locale), locale) ?? `${code} ${JSON.stringify(values)}`;
}

/** Why a row stands in a ledger: the sentence of each code in `rule` (`email+phone`). */
export function ledgerSentence(rule: string, values: Values = {}, kind = "", locale: Locale = "en"): string {
  const one = (code: string) =>
    sentence(
      [
        ["nodes", kind, "ledger", code],
        ["ledger", code],
      ],
      values,
      locale,
    ) ?? `${code} ${JSON.stringify(values)}`;
  return rule.split("+").map(one).join(", ");
}

export function problemSentence(problem: Problem, kind = "", locale: Locale = "en"): string {
  const { code, values } = problem;
  const paths = [
    ["nodes", kind, "checks", code],
    ["checks", code],
    ["nodes", kind, "failures", code],
    ["failures", code],
  ];
  return sentence(paths, values, locale) ?? `${code} ${JSON.stringify(values)}`;
}

export function reasonSentence(reason: Reason, locale: Locale = "en"): string {
  const { code, ...rest } = reason;
  const say = (key: string, values: Values = {}) => sentence([["reasons", key]], values, locale) ?? key;
  if (reason.code === "upstream") return say(code, { nodes: reason.nodes.join(", ") });
  if (reason.code === "cached" && reason.graph !== undefined) return say("cached-elsewhere", rest as Values);
  if (reason.code !== "input") return say(code, rest as Values);
  const { port, rowsBefore, rowsAfter, rows } = reason;
  if (rows) return say("input-changes", { port, ...rows });
  if (rowsBefore === undefined || rowsAfter === undefined || rowsBefore === rowsAfter)
    return say("input", { port });
  return say("input-rows", { port, before: rowsBefore, after: rowsAfter });
}

/** What a run would take the place of. */
export function replacedSentence(
  { slug, version, run, graph, onlyIfBetter }: Replaced,
  locale: Locale = "en",
): string {
  const values = { slug, version, run: run ?? "none", graph: graph ?? "none" };
  const key = onlyIfBetter ? "replaces-if-better" : "replaces";
  return sentence([["reasons", key]], values, locale) ?? key;
}

/** Which engine trains and why, or why another does not. */
export function trainerSentence(reason: TrainerReason, locale: Locale = "en"): string {
  const nameOf = (name: string) => sentence([["trainers", "names", name]], {}, locale) ?? name;
  return sentence([["trainers", reason.code]], shownValues(reason, nameOf), locale) ?? reason.code;
}

export const kindTitle = (kind: string, locale: Locale = "en") =>
  sentence([["nodes", kind, "title"]], {}, locale) ?? kind;
