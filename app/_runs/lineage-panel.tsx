"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useKindTexts } from "@/app/_editor/kind-text";
import { useParamValue } from "@/app/_editor/words";
import { PORT_TYPES, type PortTypeName } from "@/graph/ports";
import { Panel } from "../../ui/card";
import { shortDigest } from "../../ui/format";
import { TypeGlyph } from "../../ui/type-glyph";
import { useTRPC } from "../trpc/provider";
import type { Run, RunNode } from "./use-run";

/** From the rows and the weights to this result: every step with its parameters, its code and what it was given. */
export function LineagePanel({ run, node, title }: { run: Run; node: RunNode; title: string }) {
  const t = useTranslations("app.run");
  const trpc = useTRPC();
  const texts = useKindTexts();
  const show = useParamValue();
  const { data } = useQuery(trpc.runs.lineage.queryOptions({ id: run.run, node: node.id }));
  if (!data?.length) return null;
  return (
    <Panel title={t("lineage")} hint={t("lineageOf", { node: title })}>
      <ol className="max-h-[420px] overflow-y-auto">
        {data.map((step) => {
          const text = texts(step.kind);
          const params = Object.entries(step.params);
          return (
            <li key={step.id} className="border-b border-line px-3 py-2 last:border-b-0">
              <p className="flex items-baseline gap-2">
                <b className="font-semibold">{step.title ?? text.title}</b>
                <span className="text-11 text-ink-3">{t("code", { version: step.codeVersion })}</span>
                <span className="flex-1" />
                {step.madeBy && (
                  <Link href={`/runs/${step.madeBy.id}`} className="text-11 text-ink-3 hover:underline">
                    {t("fromRun", { number: step.madeBy.number })}
                  </Link>
                )}
              </p>
              {params.length > 0 && (
                <p className="text-11 text-ink-2">
                  {params
                    .map(
                      ([name, value]) =>
                        `${text.params[name]?.title ?? name} ${show(text.params[name], value)}`,
                    )
                    .join(", ")}
                </p>
              )}
              <p className="flex flex-wrap gap-x-3 text-11 text-ink-3">
                {step.outputs.map(({ port, digest, type }) => (
                  <span key={port} className="flex items-center gap-1">
                    {isType(type) && <TypeGlyph type={type} />}
                    {text.ports[port] ?? port} <code>{shortDigest(digest)}</code>
                  </span>
                ))}
              </p>
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}

const isType = (type: string): type is PortTypeName => (PORT_TYPES as readonly string[]).includes(type);
