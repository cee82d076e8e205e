"use client";
import { useTranslations } from "next-intl";
import { useCallback } from "react";
import { useKindTexts } from "@/app/_editor/kind-text";
import { useParamValue } from "@/app/_editor/words";
import type { NodeChange } from "@/graph/diff";
import { type GraphFile, parsePortRef } from "@/graph/document";

export type Line = { what: string; before?: string; after?: string };

/** What changed in one node, each with its old and its new value. */
export function useChangeLines() {
  const t = useTranslations("app.editor");
  const status = useTranslations("app.status");
  const texts = useKindTexts();
  const value = useParamValue();
  return useCallback(
    (change: NodeChange, kind: string): Line[] => {
      const text = texts(kind);
      const state = (s: string) => (s === "active" ? t("compare.active") : status(s as "muted"));
      return [
        ...(change.title ? [{ what: t("compare.name"), ...change.title }] : []),
        ...(change.kind
          ? [
              {
                what: t("compare.kind"),
                before: texts(change.kind.before).title,
                after: texts(change.kind.after).title,
              },
            ]
          : []),
        ...(change.state
          ? [
              {
                what: t("compare.state"),
                before: state(change.state.before),
                after: state(change.state.after),
              },
            ]
          : []),
        ...change.params.map(({ param, before, after }) => ({
          what: text.params[param]?.title ?? param,
          before: before === undefined ? t("compare.default") : value(text.params[param], before),
          after: after === undefined ? t("compare.default") : value(text.params[param], after),
        })),
      ];
    },
    [t, status, texts, value],
  );
}

/** A node's title in a graph, and a port's as `Node, Port`. */
export function useNames(file: GraphFile, other: GraphFile = file) {
  const texts = useKindTexts();
  const find = (id: string) => file.nodes.find((n) => n.id === id) ?? other.nodes.find((n) => n.id === id);
  const title = (id: string) => {
    const node = find(id);
    return node ? (node.title ?? texts(node.kind).title) : id;
  };
  const port = (ref: string) => {
    const { node, port, slot } = parsePortRef(ref);
    const name = texts(find(node)?.kind ?? "").ports[port] ?? port;
    return `${title(node)}, ${name}${slot ? ` ${slot}` : ""}`;
  };
  return { title, port };
}
