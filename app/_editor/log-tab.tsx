"use client";
import { useTranslations } from "next-intl";
import { useLayoutEffect, useRef } from "react";
import { Empty } from "@/app/_ui/empty";
import { useFormat } from "@/app/_ui/use-format";
import type { GraphNode } from "@/graph/document";
import { useNodeState, useStatus } from "./context";
import { useServerHooks } from "./server-hooks";

/** What the node said while it ran; follows the end until a person scrolls up. */
export function LogTab({ node }: { node: GraphNode }) {
  const t = useTranslations("app.editor.log");
  const format = useFormat();
  const state = useNodeState(node.id);
  const run = useStatus((s) => s.run);
  const live = state?.look === "running";
  const here = run?.nodes.some((n) => n.id === node.id && n.status !== "PENDING" && n.status !== "READY");
  const lines = useServerHooks().useLog(here ? run?.run : state?.runId, node.id, live);
  const box = useRef<HTMLOListElement>(null);
  const pinned = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when lines came
  useLayoutEffect(() => {
    if (pinned.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines?.length]);
  if (!lines?.length)
    return <Empty title={live ? t("quiet") : t("empty")}>{live ? undefined : t("emptyHint")}</Empty>;
  return (
    <ol
      ref={box}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable
      tabIndex={0}
      aria-label={t("label")}
      onScroll={(e) => {
        const { scrollTop, scrollHeight, clientHeight } = e.currentTarget;
        pinned.current = scrollHeight - scrollTop - clientHeight < 24;
      }}
      className="-mx-3.5 min-h-0 flex-1 overflow-y-auto px-3.5 font-mono text-11 leading-[1.55]"
    >
      {lines.map((line) => (
        <li
          key={`${line.attempt}.${line.seq}`}
          className={
            line.level === "error" ? "text-failed" : line.level === "warn" ? "text-stale" : "text-ink-2"
          }
        >
          <span className="text-ink-3">{format.clock(line.at)}</span> {line.message}
        </li>
      ))}
    </ol>
  );
}
