"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Panel } from "../../ui/card";
import { Table, Td, Th } from "../../ui/table";
import { useTRPC } from "../trpc/provider";
import type { Run, RunNode } from "./use-run";

/** Texts generated while a node trains; nothing at all for nodes that write none. */
export function SamplesPanel({ run, node, mark }: { run: Run; node: RunNode; mark: number }) {
  const t = useTranslations("app.run");
  const trpc = useTRPC();
  const { data } = useQuery({
    ...trpc.runs.samples.queryOptions({ id: run.run, node: node.id }),
    // While it runs, a sample may come with any step.
    refetchInterval: node.status === "RUNNING" && mark > 0 ? 5_000 : false,
  });
  if (!data?.length) return null;
  return (
    <Panel title={t("samples")} hint={t("samplesHint", { count: data.length })}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section tabIndex={0} aria-label={t("samples")} className="max-h-[420px] overflow-y-auto">
        <Table aria-label={t("samples")}>
          <thead>
            <tr>
              <Th>{t("prompt")}</Th>
              <Th>{t("text")}</Th>
            </tr>
          </thead>
          <tbody>
            {numbered(data).map(({ sample, number }) => (
              <tr key={number} className="align-top">
                <Td className="w-2/5 align-top font-medium whitespace-pre-wrap">{sample.prompt}</Td>
                <Td className="align-top whitespace-pre-wrap">
                  {sample.text}
                  {sample.step !== null && (
                    <span className="block text-11 text-ink-3">{t("step", { step: sample.step })}</span>
                  )}
                </Td>
              </tr>
            ))}
          </tbody>
        </Table>
      </section>
    </Panel>
  );
}

/** Newest first; a sample's number never changes, since new ones come at the end. */
function numbered<T>(samples: readonly T[]): { sample: T; number: number }[] {
  return samples.map((sample, number) => ({ sample, number })).reverse();
}
