"use client";
import { skipToken, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useKindTexts } from "@/app/_editor/kind-text";
import { useParamValue } from "@/app/_editor/words";
import { metricPairs, paramDifferences } from "@/graph/compare-runs";
import { useMetricName } from "@/ui/metric-name";
import { Panel } from "../../ui/card";
import { Select } from "../../ui/select";
import { Table, Td, Th } from "../../ui/table";
import { useFormat } from "../../ui/use-format";
import { useTRPC } from "../trpc/provider";
import type { Run, RunNode } from "./use-run";

/** This run beside another of its graph: what was set otherwise, and what came of it. */
export function ComparePanel({ run, titleOf }: { run: Run; titleOf: (node: RunNode) => string }) {
  const t = useTranslations("app.run");
  const trpc = useTRPC();
  const [chosen, setChosen] = useState<string>();
  const runs = useQuery(trpc.runs.list.queryOptions({ graphId: run.graph.id, limit: 50 })).data?.runs;
  const others = runs?.filter(({ id }) => id !== run.run) ?? [];
  const otherId = chosen ?? run.about.previous?.id ?? others[0]?.id;
  const other = others.find(({ id }) => id === otherId);
  if (!others.length) return null;
  return (
    <Panel
      title={t("compare")}
      actions={
        <Select
          label={t("compareWith")}
          className="!h-6 !w-auto"
          value={otherId}
          options={others.map(({ id, number }) => ({ value: id, label: t("runN", { number }) }))}
          onChange={setChosen}
        />
      }
    >
      {otherId && <Comparison run={run} otherId={otherId} number={other?.number} titleOf={titleOf} />}
    </Panel>
  );
}

type ComparisonProps = {
  run: Run;
  otherId: string;
  number: number | undefined;
  titleOf: (node: RunNode) => string;
};

function Comparison({ run, otherId, number, titleOf }: ComparisonProps) {
  const t = useTranslations("app.run");
  const trpc = useTRPC();
  const format = useFormat();
  const metricName = useMetricName();
  const texts = useKindTexts();
  const show = useParamValue();
  const now = useQuery(trpc.runs.facts.queryOptions({ id: run.run })).data;
  const then = useQuery(trpc.runs.facts.queryOptions(otherId ? { id: otherId } : skipToken)).data;
  if (!now || !then) return null;
  const nodeOf = (id: string) => run.nodes.find((node) => node.id === id);
  const nameOf = (id: string) => {
    const node = nodeOf(id);
    return node ? titleOf(node) : id;
  };
  const textOf = (id: string, param: string) => texts(nodeOf(id)?.kind ?? "").params[param];
  const value = (n: number | undefined) => (n === undefined ? "–" : format.metric(n));
  const params = paramDifferences(then, now);
  const metrics = metricPairs(then, now).filter(({ before, after }) => before !== after);
  if (!params.length && !metrics.length) return <p className="px-3 py-2.5 text-ink-3">{t("compareSame")}</p>;
  return (
    <div className="max-h-[420px] overflow-y-auto">
      <Table dense aria-label={t("compare")}>
        <thead>
          <tr>
            <Th>{t("node")}</Th>
            <Th>
              <span className="sr-only">{t("compareWhat")}</span>
            </Th>
            <Th num>{number === undefined ? "" : t("runN", { number })}</Th>
            <Th num>{t("runN", { number: run.number })}</Th>
          </tr>
        </thead>
        <tbody>
          {params.map(({ node, param, before, after }) => (
            <tr key={`${node}.${param}`}>
              <Td>{nameOf(node)}</Td>
              <Td className="text-ink-2">{textOf(node, param)?.title ?? param}</Td>
              <Td num>
                <del>{show(textOf(node, param), before)}</del>
              </Td>
              <Td num>
                <mark>{show(textOf(node, param), after)}</mark>
              </Td>
            </tr>
          ))}
          {metrics.map(({ node, metric, before, after }) => (
            <tr key={`${node} ${metric}`}>
              <Td>{nameOf(node)}</Td>
              <Td className="text-ink-2">{metricName(metric)}</Td>
              <Td num>{value(before)}</Td>
              <Td num className="font-semibold">
                {value(after)}
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  );
}
