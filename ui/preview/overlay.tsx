"use client";
import { useTranslations } from "next-intl";
import { useCallback, useState } from "react";
import { Button } from "@/ui/button";
import { Popover } from "@/ui/popover";
import type { CurveLine } from "./curve-chart";
import { type PastRun, usePreviewSource } from "./source";

/** More lines than these nobody tells apart. */
const MOST = 4;
const COLOURS = ["var(--ink-3)", "var(--t-model)", "var(--t-tokens)", "var(--t-chain)"];

export type Overlay = {
  runs: readonly PastRun[] | undefined;
  chosen: readonly string[];
  toggle(id: string): void;
  colourOf(id: string): string;
  /** One metric of the chosen runs, dashed. */
  lines(metric: string): CurveLine[];
};

/** Earlier runs of a node laid over its curves: the one before is there from the start. */
export function useOverlay(nodeId: string, runId: string | undefined): Overlay {
  const source = usePreviewSource();
  const runs = source.useNodeRuns(nodeId, runId);
  const [picked, setPicked] = useState<readonly string[]>();
  const chosen = picked ?? (runs?.[0] ? [runs[0].id] : []);
  const curves = source.useManyCurves(chosen, nodeId);
  const key = chosen.join(" ");
  const colourOf = (id: string) => COLOURS[chosen.indexOf(id) % COLOURS.length] ?? COLOURS[0]!;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the chosen runs
  const lines = useCallback(
    (metric: string) =>
      chosen.flatMap((id): CurveLine[] => {
        const points = curves[id]?.[metric];
        return points?.length ? [{ name: id, points, colour: colourOf(id), dashed: true }] : [];
      }),
    [curves, key],
  );
  return {
    runs,
    chosen,
    colourOf,
    lines,
    toggle: (id) =>
      setPicked(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id].slice(-MOST)),
  };
}

/** Which runs are laid over, with the legend of those that are. */
export function OverlayMenu({ overlay }: { overlay: Overlay }) {
  const t = useTranslations("app.preview.training");
  const { runs, chosen, toggle, colourOf } = overlay;
  if (!runs) return null;
  return (
    <span className="flex flex-wrap items-center gap-3">
      {runs
        .filter(({ id }) => chosen.includes(id))
        .map(({ id, number }) => (
          <span key={id} className="flex items-center gap-1">
            <i className="w-3.5 border-t-2 border-dashed" style={{ borderColor: colourOf(id) }} />
            {t("run", { number })}
          </span>
        ))}
      <Popover
        label={t("compareHint")}
        align="end"
        className="!w-56"
        trigger={
          <Button size="sm" variant="ghost">
            {t("compare")}
          </Button>
        }
      >
        {runs.length === 0 ? (
          <p className="text-11 text-ink-3">{t("noRuns")}</p>
        ) : (
          <fieldset className="flex max-h-64 flex-col overflow-y-auto">
            <legend className="mb-1 text-11 text-ink-3">{t("compareHint")}</legend>
            {runs.map(({ id, number }) => (
              <label key={id} className="flex min-h-6 items-center gap-2 rounded-1 px-1 hover:bg-hover">
                <input
                  type="checkbox"
                  className="accent-[var(--ink-1)]"
                  checked={chosen.includes(id)}
                  onChange={() => toggle(id)}
                />
                {t("run", { number })}
              </label>
            ))}
          </fieldset>
        )}
      </Popover>
    </span>
  );
}
