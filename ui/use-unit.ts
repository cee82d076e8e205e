"use client";
import { useTranslations } from "next-intl";
import { useCallback } from "react";

/** The word for a unit that a kind or a job names (`rows`, `steps`); one that nobody knows stands as it is. */
export function useUnit() {
  const t = useTranslations("app.unit") as unknown as ((key: string) => string) & {
    has(key: string): boolean;
  };
  return useCallback((unit: string) => (t.has(unit) ? t(unit) : unit), [t]);
}
