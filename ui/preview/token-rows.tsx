"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { z } from "zod";
import type { OutputView } from "@/graph/run-view";
import { useFormat } from "@/ui/use-format";
import { Caption } from "./caption";
import { Lines } from "./data-table";
import { Histogram } from "./histogram";
import { Pager } from "./pager";
import { usePreviewSource } from "./source";

export const statsSchema = z.object({
  rows: z.number().optional(),
  kept: z.number(),
  truncated: z.number(),
  tooLong: z.number(),
  bad: z.number(),
  tokens: z.number(),
  trainedTokens: z.number(),
  longest: z.number(),
  lengths: z.object({ width: z.number(), counts: z.array(z.number()) }),
  preview: z.array(
    z.object({ row: z.string(), tokens: z.array(z.tuple([z.string(), z.number(), z.number()])) }),
  ),
});

/** Tokens one by one: those that count in the loss stand out, the rest is context. */
export function TokenRows({ output, narrow }: { output: OutputView; narrow: boolean }) {
  const t = useTranslations("app.preview.tokens");
  const format = useFormat();
  const [at, setAt] = useState(0);
  const { data } = usePreviewSource().useJson(output.digest, "stats.json");
  const parsed = statsSchema.safeParse(data);
  if (data === undefined) return <Lines count={4} />;
  if (!parsed.success) return <Caption output={output} />;
  const stats = parsed.data;
  const row = stats.preview[at];
  const context = stats.tokens - stats.trainedTokens;
  return (
    <div>
      <Caption
        output={output}
        end={<Pager offset={at} size={1} total={stats.preview.length} onChange={setAt} />}
      />
      {row && (
        <p className="tokens" lang="">
          {row.tokens.map(([text, id, mask], k) => (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: tokens repeat and never move
              key={k}
              data-trained={mask === 1 || undefined}
              data-odd={k % 2 === 1 || undefined}
              data-special={/^<\|.*\|>$|^<\/?s>$/.test(text) || undefined}
              title={t("id", { id })}
            >
              {text}
            </span>
          ))}
        </p>
      )}
      <div
        className={`mt-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-11 text-ink-3 ${narrow ? "" : "pr-1"}`}
      >
        <span className="flex items-center gap-1.5">
          <i className="tokens-key" data-trained />
          {t("trained", { count: format.count(stats.trainedTokens) })}
        </span>
        <span className="flex items-center gap-1.5">
          <i className="tokens-key" />
          {t("context", { count: format.count(context) })}
        </span>
        {stats.truncated > 0 && <span className="text-stale">{t("cut", { count: stats.truncated })}</span>}
        <span className="flex-1" />
        <span>
          {t("lengths", {
            mean: format.count(Math.round(stats.tokens / Math.max(1, stats.kept))),
            longest: format.count(stats.longest),
          })}
        </span>
        <Histogram counts={stats.lengths.counts} label={t("histogram")} colour="var(--t-tokens)" />
      </div>
    </div>
  );
}
