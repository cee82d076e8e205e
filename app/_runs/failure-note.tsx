"use client";
import { useTranslations } from "next-intl";
import { useFailureText } from "@/app/_editor/words";
import { NoteBox } from "../../ui/card";
import { StatusMark } from "../../ui/status";
import type { Run, RunNode } from "./use-run";

/** Every node that failed: who must act, and the one sentence. */
export function FailureNote({ run, titleOf }: { run: Run; titleOf: (node: RunNode) => string }) {
  const t = useTranslations("app.run");
  const failureText = useFailureText();
  return run.nodes.map(
    (node) =>
      node.status === "FAILED" &&
      node.failure && (
        <NoteBox key={node.id} tone="failed" className="mb-3.5" mark={<StatusMark status="failed" />}>
          <p className="text-12 text-ink">
            <b className="font-semibold">{t("failedTitle", { node: titleOf(node) })}.</b>{" "}
            {failureText(node.failure, node.kind)}
          </p>
          <p className="mt-0.5">{t(`failedCode.${node.failure.code}`)}</p>
        </NoteBox>
      ),
  );
}
