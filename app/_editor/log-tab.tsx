"use client";
import { useTranslations } from "next-intl";
import { useLayoutEffect, useRef } from "react";
import type { GraphNode } from "@/graph/document";
import { cx } from "@/ui/cx";
import { Empty } from "@/ui/empty";
import { useFormat } from "@/ui/use-format";
import { useNodeState, useStatus } from "./context";
import { useServerHooks } from "./server-hooks";
import { useLogText } from "./words";

/** What the node said while it ran; follows the end until a person scrolls up. Of a failed node the line that says why is shown. */
export function LogTab({ node }: { node: GraphNode }) {
  const t = useTranslations("app.editor.log");
  const format = useFormat();
  const text = useLogText();
  const state = useNodeState(node.id);
  const run = useStatus((s) => s.run);
  const live = state?.look === "running";
  const here = run?.nodes.some((n) => n.id === node.id && n.status !== "PENDING" && n.status !== "READY");
  const lines = useServerHooks().useLog(here ? run?.run : state?.runId, node.id, live);
  const box = useRef<HTMLOListElement>(null);
  const pinned = useRef(true);
  const cause = state?.look === "failed" ? lines?.findLast((line) => line.level === "error") : undefined;
  const failed = cause !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when lines came
  useLayoutEffect(() => {
    if (!box.current) return;
    const line = failed ? box.current.querySelector<HTMLElement>("[aria-current]") : undefined;
    if (line) box.current.scrollTop = line.offsetTop - box.current.offsetTop - box.current.clientHeight / 2;
    else if (pinned.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines?.length, failed]);
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
          aria-current={line === cause || undefined}
          className={cx(
            line.level === "error" ? "text-failed" : line.level === "warn" ? "text-stale" : "text-ink-2",
            line === cause && "-mx-1 rounded-1 bg-failed-soft px-1 font-medium",
          )}
        >
          <span className="text-ink-3">{format.clock(line.at)}</span> {text(line, node.kind)}
        </li>
      ))}
    </ol>
  );
}
