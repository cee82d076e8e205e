"use client";
import { useTranslations } from "next-intl";
import { useModel } from "@/app/_editor/context";
import { useProblemText } from "@/app/_editor/words";
import type { GraphNode } from "@/graph/document";
import { useFormat } from "@/ui/use-format";
import type { FieldModel } from "./form-model";

/** What was found at a path: the columns, or the one sentence of what is wrong. */
export function PathFacts({ node, field }: { node: GraphNode; field: FieldModel }) {
  const t = useTranslations("app.editor.form");
  const format = useFormat();
  const sentence = useProblemText();
  const problem = useModel((m) =>
    m.probeProblems.find((p) => p.node === node.id && (!p.param || p.param === field.name)),
  );
  const probed = useModel((m) => m.probes[node.id] !== undefined);
  const type = useModel((m) => m.inferred.types[`${node.id}.data`]);
  if (problem) {
    return (
      <p role="alert" className="mt-1 text-11 leading-snug text-failed">
        {sentence(problem, node.kind)}
      </p>
    );
  }
  if (!probed || type?.type !== "dataset" || !type.columns?.length) return null;
  // The id of each row is ours, not the file's.
  const names = type.columns.map((c) => c.name).filter((name) => name !== "_row");
  return (
    <p className="mt-1 text-11 leading-snug text-ink-2">
      {t("found", {
        rows: type.rows ?? -1,
        shown: type.rows === undefined ? "" : format.count(type.rows),
        count: names.length,
      })}{" "}
      <span className="font-mono text-10">{names.join(", ")}</span>
    </p>
  );
}
