"use client";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { NodeRunStatus, RunStatus } from "@/graph/run-view";
import { cx } from "./cx";

/** Every state a node, a run or a deployment can show. Shape and colour, always with a word. */
export const STATUSES = [
  "idle",
  "queued",
  "running",
  "waiting",
  "done",
  "cached",
  "smoke",
  "stale",
  "invalid",
  "failed",
  "skipped",
  "stopped",
  "frozen",
  "muted",
  "bypassed",
] as const;
export type Status = (typeof STATUSES)[number];

const FROM_NODE_RUN: Record<NodeRunStatus, Status> = {
  PENDING: "queued",
  READY: "queued",
  RUNNING: "running",
  WAITING: "waiting",
  SUCCEEDED: "done",
  CACHED: "cached",
  FAILED: "failed",
  SKIPPED: "skipped",
  CANCELLED: "stopped",
};
const FROM_RUN: Record<RunStatus, Status> = {
  QUEUED: "queued",
  RUNNING: "running",
  WAITING: "waiting",
  SUCCEEDED: "done",
  FAILED: "failed",
  CANCELLED: "stopped",
};
export const statusOfNodeRun = (status: NodeRunStatus): Status => FROM_NODE_RUN[status];
export const statusOfRun = (status: RunStatus): Status => FROM_RUN[status];

const COLOUR: Record<Status, string> = {
  idle: "text-idle",
  queued: "text-queued",
  running: "text-running",
  waiting: "text-stale",
  done: "text-ok",
  cached: "text-ok",
  smoke: "text-idle",
  stale: "text-stale",
  invalid: "text-failed",
  failed: "text-failed",
  skipped: "text-idle",
  stopped: "text-idle",
  frozen: "text-frozen",
  muted: "text-idle",
  bypassed: "text-idle",
};

const ring = <circle cx="8" cy="8" r="5.8" />;

/** All shapes but `running`, on a 16 px grid, drawn with the current colour. */
const SHAPES: Record<Exclude<Status, "running">, ReactNode> = {
  idle: <circle cx="8" cy="8" r="5.6" strokeDasharray="2.2 2.2" />,
  queued: (
    <>
      <circle cx="8" cy="8" r="5.6" />
      <path d="M8 4.8V8l2.2 1.5" />
    </>
  ),
  waiting: (
    <>
      {ring}
      <path d="M6.4 6v4M9.6 6v4" />
    </>
  ),
  done: (
    <>
      <circle cx="8" cy="8" r="6.6" fill="currentColor" stroke="none" />
      <path d="M5.2 8.2l2 2 3.7-4.2" stroke="var(--paper-raised)" strokeWidth="1.7" />
    </>
  ),
  cached: (
    <>
      {ring}
      <path d="M5.4 8.2l1.9 1.9 3.4-3.9" />
    </>
  ),
  smoke: (
    <>
      <circle cx="8" cy="8" r="6.4" strokeWidth="1.2" />
      <path d="M10 5.9c-.4-.7-1.100-1.100-2-1.100-1.200 0-2.100.6-2.100 1.600 0 2.200 4.300 1 4.300 3.200 0 1-.9 1.700-2.200 1.700-1 0-1.900-.5-2.300-1.300" />
    </>
  ),
  stale: (
    <>
      <path d="M8 1.6L14.4 8 8 14.4 1.6 8z" />
      <path d="M8 5v3.4" strokeWidth="1.7" />
      <circle cx="8" cy="10.7" r="1" fill="currentColor" stroke="none" />
    </>
  ),
  invalid: (
    <>
      <path d="M8 1.900L14.600 13.600H1.400z" />
      <path d="M8 6.200v3.400" strokeWidth="1.7" />
      <circle cx="8" cy="11.600" r=".95" fill="currentColor" stroke="none" />
    </>
  ),
  failed: (
    <>
      <rect x="1.8" y="1.8" width="12.4" height="12.4" rx="2.6" fill="currentColor" stroke="none" />
      <path d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2" stroke="var(--paper-raised)" strokeWidth="1.8" />
    </>
  ),
  skipped: (
    <>
      {ring}
      <path d="M5 8h6" strokeWidth="1.8" />
    </>
  ),
  stopped: (
    <>
      {ring}
      <path d="M4 12L12 4" />
    </>
  ),
  frozen: (
    <>
      <path d="M8 1.6v12.8M2.5 4.8l11 6.4M13.5 4.8l-11 6.4" />
      <path d="M6.4 2.8L8 4.3l1.6-1.5M6.4 13.2L8 11.7l1.6 1.5" strokeWidth="1.3" />
    </>
  ),
  muted: (
    <>
      <path d="M1.6 8C3.1 5.2 5.3 3.8 8 3.800S12.9 5.2 14.4 8c-1.5 2.8-3.7 4.2-6.4 4.200S3.1 10.8 1.6 8z" />
      <path d="M3 13L13 3" />
    </>
  ),
  bypassed: (
    <>
      <path d="M1.8 11C3 5.6 5.4 3.6 8 3.600s5 2 6.2 7.4" />
      <path d="M5.6 11.200h4.8" strokeWidth="1.8" />
    </>
  ),
};

const ARC = 2 * Math.PI * 5.4;

function RunningShape({ share }: { share: number | undefined }) {
  return (
    <>
      <circle cx="8" cy="8" r="5.4" stroke="var(--line-2)" strokeWidth="2.8" />
      <circle
        cx="8"
        cy="8"
        r="5.4"
        strokeWidth="2.8"
        strokeLinecap="butt"
        strokeDasharray={`${ARC * (share ?? 0.28)} ${ARC}`}
        transform="rotate(-90 8 8)"
        className={share === undefined ? "spin-arc" : undefined}
      />
    </>
  );
}

type StatusMarkProps = {
  status: Status;
  /** 0 to 1 where known; without it the arc turns. */
  share?: number | undefined;
  size?: number;
  /** Shows the word beside the shape; otherwise it is the mark's accessible name. */
  word?: boolean;
  /** Replaces the word: "Running, 62 %". */
  text?: ReactNode;
  className?: string;
};

export function StatusMark({ status, share, size = 14, word, text, className }: StatusMarkProps) {
  const t = useTranslations("app.status");
  const shown = word || text !== undefined;
  const name = t(status);
  const svg = (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      className={cx("block flex-none", COLOUR[status], !shown && className)}
      role={shown ? "presentation" : "img"}
      aria-hidden={shown}
      aria-label={shown ? undefined : name}
    >
      {status === "running" ? <RunningShape share={share} /> : SHAPES[status]}
    </svg>
  );
  if (!shown) return svg;
  return (
    <span
      className={cx("inline-flex items-center gap-[7px] align-middle font-medium", COLOUR[status], className)}
    >
      {svg}
      <span className="whitespace-nowrap">{text ?? name}</span>
    </span>
  );
}
