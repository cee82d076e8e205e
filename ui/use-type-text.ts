"use client";
import { useTranslations } from "next-intl";
import { useCallback } from "react";

type Translate = ((key: string) => string) & { has(key: string): boolean };

/** A type as `graph/ports.ts` describes it (`dataset<chat | text>`, `tokens`) in the person's words: "Dataset (chats, text)". */
export function useTypeText() {
  const types = useTranslations("app.types") as unknown as Translate;
  const shapes = useTranslations("app.shape") as unknown as Translate;
  return useCallback(
    (text: string): string => {
      const [, name = "", inner] = /^(\w+)(?:<(.+)>)?$/.exec(text) ?? [];
      if (!types.has(name)) return text;
      const parts = inner?.split(" | ").map((part) => (shapes.has(part) ? shapes(part) : part.toUpperCase()));
      return parts ? `${types(name)} (${parts.join(", ")})` : types(name);
    },
    [types, shapes],
  );
}
