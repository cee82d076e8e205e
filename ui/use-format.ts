"use client";
import { useLocale, useTranslations } from "next-intl";
import { useMemo } from "react";
import * as format from "./format";

/** The formatters of `format.ts` in the person's language. */
export function useFormat() {
  const locale = useLocale();
  const t = useTranslations("app.format");
  return useMemo(
    () => ({
      count: (value: number) => format.formatCount(value, locale),
      metric: (value: number) => format.formatMetric(value, locale),
      /** Ticks of an axis: as few digits as tell them apart. */
      axis: (ticks: readonly number[]) => format.formatTicks(ticks, locale),
      percent: (share: number, digits?: number) => format.formatPercent(share, locale, digits),
      change: (share: number) => format.formatChange(share, locale),
      bytes: (value: number) => format.formatBytes(value, locale),
      seconds: (value: number) => format.formatSeconds(value, locale),
      /** "about 6 min" */
      about: (seconds: number) => t("about", { value: format.roundEstimate(seconds, locale) }),
      wattHours: (value: number) => format.formatWattHours(value, locale),
      moment: (at: Date | string, now = new Date()) => format.formatMoment(new Date(at), now, locale),
      clock: (at: Date | string, seconds?: boolean) => format.formatClock(new Date(at), locale, seconds),
    }),
    [locale, t],
  );
}
