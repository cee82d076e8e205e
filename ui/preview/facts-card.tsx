"use client";
import { useTranslations } from "next-intl";
import type { OutputView } from "@/graph/run-view";
import { shortDigest } from "@/ui/format";
import { useFormat } from "@/ui/use-format";
import { Caption } from "./caption";

/** What is known of a model, an adapter or a chain, name by name. */
export function FactsCard({ output }: { output: OutputView }) {
  const t = useTranslations("app.preview.fact");
  const format = useFormat();
  const { facts } = output;
  const pairs: [string, string | undefined][] = (() => {
    switch (facts.type) {
      case "model":
        return [
          ["name", facts.name],
          ["family", facts.family],
          [
            "parameters",
            facts.parameters === undefined ? undefined : millions(facts.parameters, format.count),
          ],
          ["format", facts.format],
          ["precision", facts.precision],
          ["size", facts.bytes === undefined ? undefined : format.bytes(facts.bytes)],
          ["context", facts.contextLength === undefined ? undefined : format.count(facts.contextLength)],
          ["licence", facts.labels?.licences?.join(", ") ?? facts.licence],
          ["origins", facts.labels?.origins?.join(", ")],
          ["source", facts.source],
        ];
      case "adapter":
        return [
          ["rank", facts.rank?.toString()],
          ["alpha", facts.alpha?.toString()],
          ["targets", facts.targets?.map((x) => x.replace(/_proj$/, "")).join(", ")],
          ["steps", facts.steps === undefined ? undefined : format.count(facts.steps)],
          ["base", facts.base && shortDigest(facts.base)],
          ["licence", facts.labels?.licences?.join(", ")],
          ["origins", facts.labels?.origins?.join(", ")],
        ];
      case "chain":
        return [
          ["inputs", facts.inputs?.join(", ")],
          ["outputs", facts.outputs?.join(", ")],
        ];
      default:
        return [];
    }
  })();
  return (
    <div>
      <Caption output={output} end={<code className="text-ink-3">{shortDigest(output.digest)}</code>} />
      <dl className="grid grid-cols-[repeat(auto-fill,minmax(132px,1fr))] gap-x-4 gap-y-2">
        {pairs.map(([name, value]) =>
          value ? (
            <div key={name} className="min-w-0">
              <dt className="text-11 text-ink-3">{t(name)}</dt>
              <dd className="truncate font-medium" title={value}>
                {value}
              </dd>
            </div>
          ) : null,
        )}
      </dl>
    </div>
  );
}

function millions(count: number, format: (n: number) => string): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(2)} B`;
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} M`;
  return format(count);
}
