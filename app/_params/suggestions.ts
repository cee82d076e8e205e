"use client";
import { useMemo } from "react";
import { useModel } from "@/app/_editor/context";
import type { GraphNode } from "@/graph/document";
import type { FieldModel } from "./form-model";

const NONE: string[] = [];

/** What may be typed into a free field: columns of what is wired in, or values the kind suggests. */
export function useSuggestions(node: GraphNode, field: FieldModel): string[] {
  const inputs = useModel((m) => m.inferred.inputs[node.id]);
  return useMemo(() => {
    if (field.options) return field.options;
    if (field.widget !== "column") return NONE;
    const names = Object.values(inputs ?? {}).flatMap((type) =>
      type && "columns" in type && Array.isArray(type.columns) ? type.columns.map((c) => c.name) : [],
    );
    return [...new Set(names)].filter((n) => n !== "_row");
  }, [inputs, field]);
}
