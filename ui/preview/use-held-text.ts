"use client";
import { useTranslations } from "next-intl";
import { useCallback } from "react";
import { useMetricName } from "@/ui/metric-name";
import { useFormat } from "@/ui/use-format";

type Held = { reason: string; values: Readonly<Record<string, unknown>> };

/** Why a version was held back, with the names and numbers of its metrics as people write them. */
export function useHeldText(): (held: Held) => string {
  const t = useTranslations("app.preview.endpoint.held") as unknown as (
    key: string,
    values: object,
  ) => string;
  const metric = useMetricName();
  const format = useFormat();
  return useCallback(
    ({ reason, values }) => {
      const shown = (value: unknown) =>
        typeof value === "number" ? format.metric(value) : metric(String(value ?? "")).toLowerCase();
      return t(
        reason,
        Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shown(value)])),
      );
    },
    [t, metric, format],
  );
}
