"use client";
import { useMessages } from "next-intl";
import { useMemo } from "react";
import { iconOf } from "@/nodes/icons";
import type { IconLike } from "@/ui/icon";

export type ParamText = { title?: string; help?: string; options?: Record<string, string> };
export type KindText = {
  title: string;
  summary?: string;
  ports: Record<string, string>;
  params: Record<string, ParamText>;
};

type Raw = Partial<KindText>;

/** A kind's words in the person's language; a kind that nobody knows is called by its name. */
export function useKindTexts(): (kind: string) => KindText {
  const messages = useMessages() as { nodes?: Record<string, Raw> };
  return useMemo(() => {
    const nodes = messages.nodes ?? {};
    return (kind) => {
      const raw = nodes[kind] ?? {};
      return {
        title: raw.title ?? kind,
        ...(raw.summary ? { summary: raw.summary } : {}),
        ports: raw.ports ?? {},
        params: raw.params ?? {},
      };
    };
  }, [messages]);
}

export function useKindText(kind: string): KindText {
  const text = useKindTexts();
  return useMemo(() => text(kind), [text, kind]);
}

/** A kind that nobody knows has the sign of any node. */
export const kindIcon = (kind: string): IconLike => iconOf(kind) ?? "grid";
