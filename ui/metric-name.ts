"use client";
import { useTranslations } from "next-intl";
import { useCallback } from "react";

/** `validation_loss` as a person says it; a name nobody translated is spaced out. */
export function useMetricName(): (name: string) => string {
  const t = useTranslations("app.metric") as unknown as ((key: string) => string) & {
    has(key: string): boolean;
  };
  return useCallback((name) => (/^\w+$/.test(name) && t.has(name) ? t(name) : spacedOut(name)), [t]);
}

export function spacedOut(name: string): string {
  const words = name
    .replace(/[_.-]+/g, " ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
