"use client";
import { memo } from "react";
import { useModel, useStatus } from "@/app/_editor/context";
import type { KindText } from "@/app/_editor/kind-text";
import { useParamValue } from "@/app/_editor/words";
import type { AnyNode } from "@/graph/define-node";
import type { GraphNode } from "@/graph/document";
import { isNothing } from "./is-nothing";

/** The few parameters that tell what a node does; one that changed since the last run shows the old value too. */
export const TellingRows = memo(function TellingRows(props: {
  node: GraphNode;
  definition: AnyNode;
  text: KindText;
}) {
  const { node, definition, text } = props;
  const params = useModel((m) => m.inferred.params[node.id]) ?? node.params;
  const used = useStatus((s) => s.results[node.id]?.params);
  const show = useParamValue();
  const shown = (name: string, value: unknown) => {
    const words = show(text.params[name], value);
    return /(^|\.)path$|file/i.test(name) ? words.replace(/^.*[\\/]/, "") : words;
  };
  return (definition.telling ?? []).map((name) => {
    const before = used && name in used && !isNothing(used[name]) ? shown(name, used[name]) : undefined;
    const now = shown(name, params[name]);
    // What is left out says nothing: rows "none" would read as no rows.
    if (isNothing(params[name]) && before === undefined) return null;
    const changed = before !== undefined && before !== now;
    return (
      <div className="kv" key={name}>
        <span>{(text.params[name]?.title ?? name).toLowerCase()}</span>
        {/* With the old value or without: another element, so that none moves. */}
        <span title={now} key={changed ? "changed" : "same"}>
          {changed ? (
            <span className="mono">
              <span className="was">{before} →</span> <mark>{now}</mark>
            </span>
          ) : (
            now
          )}
        </span>
      </div>
    );
  });
});
