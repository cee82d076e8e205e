"use client";
import { useNow, useTranslations } from "next-intl";
import type { CSSProperties, ReactNode } from "react";
import { Panel } from "../../ui/card";
import { cx } from "../../ui/cx";
import { StatusMark, statusOfNodeRun } from "../../ui/status";
import { useFormat } from "../../ui/use-format";
import { type Row as Bars, layTimeline } from "./timeline";
import { isOver, type LiveNode, type Run, type RunNode } from "./use-run";

type TimelineProps = {
  run: Run;
  live: Record<string, LiveNode>;
  titleOf: (node: RunNode) => string;
  selected: string | undefined;
  onSelect: (id: string) => void;
};

const GRID = "grid grid-cols-[minmax(110px,150px)_1fr_92px] items-center gap-x-0";

export function TimelinePanel({ run, live, titleOf, selected, onSelect }: TimelineProps) {
  const t = useTranslations("app.run");
  const format = useFormat();
  const over = isOver(run);
  const ticking = useNow({ updateInterval: over ? 60_000 : 1000 });
  const nodes = run.nodes.map((node) => withLive(node, live[node.id]));
  const start = Date.parse(run.startedAt ?? run.createdAt);
  const now = over ? Date.parse(run.finishedAt ?? run.createdAt) : Math.max(start, ticking.getTime());
  const { rows, end, ticks } = layTimeline({ nodes, start, now });
  const left = (seconds: number) => `${(seconds / end) * 100}%`;
  const reused = nodes.filter((node) => node.status === "CACHED");
  const saved = reused.reduce((sum, node) => sum + (run.about.reused[node.id]?.seconds ?? 0), 0);
  const hint = t("timelineHint", { reused: reused.length });
  return (
    <Panel
      title={t("timeline")}
      hint={saved >= 0.05 ? `${hint}, ${t("saved", { time: format.seconds(saved) })}` : hint}
      actions={<Legend open={!over} />}
    >
      <div className="px-3 pt-2 pb-2.5">
        <div className={cx(GRID, "border-b border-line pb-1 text-11 text-ink-3")} aria-hidden="true">
          <span />
          <div className="relative h-4">
            <span className="absolute left-0">{format.clock(new Date(start))}</span>
            {ticks.map((tick) => (
              <span
                key={tick}
                className={cx(
                  "absolute -translate-x-1/2 whitespace-nowrap",
                  tick / end < 0.09 && "invisible",
                  tick / end > 0.97 && "-translate-x-full",
                )}
                style={{ left: left(tick) }}
              >
                {format.seconds(tick).replace(/\.0(?= s)/, "")}
              </span>
            ))}
          </div>
          <span />
        </div>
        <div className="relative">
          <ol>
            {nodes.map((node, i) => (
              <TimelineRow
                key={node.id}
                node={node}
                title={titleOf(node)}
                bars={rows[i]!}
                left={left}
                run={run}
                selected={node.id === selected}
                onSelect={() => onSelect(node.id)}
              />
            ))}
          </ol>
          {!over && run.startedAt && (
            <div
              className={cx(GRID, "pointer-events-none absolute inset-0 !items-stretch")}
              aria-hidden="true"
            >
              <span />
              <div className="relative">
                <i
                  className="absolute inset-y-0 border-l-[1.5px] border-ink"
                  style={{ left: left((now - start) / 1000) }}
                />
              </div>
            </div>
          )}
        </div>
      </div>
    </Panel>
  );
}

const withLive = (node: RunNode, live: LiveNode | undefined): RunNode =>
  node.status === "RUNNING" && live?.progress ? { ...node, progress: live.progress } : node;

function Legend({ open }: { open: boolean }) {
  const t = useTranslations("app.run");
  const entry = (mark: ReactNode, word: string) => (
    <span className="flex items-center gap-[5px]">
      {mark}
      {word}
    </span>
  );
  return (
    <span className="flex items-center gap-3 text-11 text-ink-3 max-md:hidden" aria-hidden="true">
      {entry(<Diamond />, t("legendReused"))}
      {entry(<i className="h-2 w-3.5 rounded-[2px] bg-ink" />, t("legendRan"))}
      {open && entry(<i className="hatch h-2 w-3.5 rounded-[2px]" />, t("legendEstimate"))}
    </span>
  );
}

const Diamond = ({ style }: { style?: CSSProperties }) => (
  <i className="block size-2 rotate-45 border border-ok bg-raised" style={style} />
);

type RowProps = {
  node: RunNode;
  title: string;
  bars: Bars;
  left: (seconds: number) => string;
  run: Run;
  selected: boolean;
  onSelect: () => void;
};

function TimelineRow({ node, title, bars, left, run, selected, onSelect }: RowProps) {
  const t = useTranslations("app.run");
  const format = useFormat();
  const reused = run.about.reused[node.id];
  const width = ({ from, to }: { from: number; to: number }) => ({
    left: left(from),
    width: `max(2px, calc(${left(to)} - ${left(from)}))`,
  });
  const share = node.progress?.total ? Math.min(1, node.progress.done / node.progress.total) : undefined;
  const bold = node.status === "RUNNING";
  return (
    <li>
      <button
        type="button"
        aria-current={selected || undefined}
        onClick={onSelect}
        className={cx(
          GRID,
          "h-[22px] w-full rounded-1 text-left hover:bg-hover",
          selected && "bg-press hover:bg-press",
        )}
      >
        <span className="flex min-w-0 items-center gap-2 pl-1">
          <StatusMark status={statusOfNodeRun(node.status)} share={share} />
          <span className={cx("truncate", bold && "font-semibold")}>{title}</span>
        </span>
        <span className="relative block h-full">
          {node.status === "CACHED" ? (
            <span className="absolute inset-y-0 left-0 flex items-center gap-1.5 text-11 text-ink-3">
              <Diamond style={{ marginLeft: 1 }} />
              {reused && t("savedTime", { time: format.seconds(reused.seconds) })}
            </span>
          ) : (
            <>
              {bars.bar && (
                <i
                  className={cx(
                    "absolute top-[6px] h-[10px] rounded-[2px]",
                    node.status === "FAILED"
                      ? "bg-failed"
                      : node.status === "CANCELLED"
                        ? "bg-line-3"
                        : "bg-ink",
                  )}
                  style={width(bars.bar)}
                />
              )}
              {bars.ahead && (
                <i className="hatch absolute top-[6px] h-[10px] rounded-[2px]" style={width(bars.ahead)} />
              )}
              {node.status === "RUNNING" && bars.ahead && (
                <TimeLeft seconds={bars.ahead.to - bars.ahead.from} at={left(bars.ahead.from)} />
              )}
            </>
          )}
        </span>
        <Outcome node={node} bars={bars} selected={selected} />
      </button>
    </li>
  );
}

function TimeLeft({ seconds, at }: { seconds: number; at: string }) {
  const t = useTranslations("app.run");
  const format = useFormat();
  return (
    <span
      className="absolute top-[3px] ml-2 rounded-[3px] bg-surface px-1 text-11 leading-4 font-medium whitespace-nowrap"
      style={{ left: `min(${at}, calc(100% - 96px))` }}
    >
      {t("left", {
        time: format.seconds(seconds < 10 ? Math.ceil(seconds) : seconds).replace(/\.0(?= s)/, ""),
      })}
    </span>
  );
}

/** The word or the time at the right end of a row. */
function Outcome({ node, bars, selected }: { node: RunNode; bars: Bars; selected: boolean }) {
  const t = useTranslations("app.run");
  const status = useTranslations("app.status");
  const format = useFormat();
  const quiet = (text: string) => (
    <span className={cx("pr-1 text-right", selected ? "text-ink-2" : "text-ink-3")}>{text}</span>
  );
  switch (node.status) {
    case "CACHED":
      return quiet(t("reused"));
    case "SKIPPED":
      return quiet(t("skippedRow"));
    case "CANCELLED":
      return quiet(t("stoppedRow"));
    case "PENDING":
    case "READY":
      return quiet(bars.ahead ? format.about(bars.ahead.to - bars.ahead.from) : t("queued"));
    case "WAITING":
      return quiet(status("waiting"));
    default: {
      const seconds = bars.bar ? bars.bar.to - bars.bar.from : (node.seconds ?? 0);
      return (
        <span
          className={cx("pr-1 text-right whitespace-nowrap", node.status === "RUNNING" && "font-semibold")}
        >
          {format.seconds(node.status === "RUNNING" ? Math.floor(seconds) : seconds)}
        </span>
      );
    }
  }
}
