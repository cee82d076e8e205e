"use client";
import { useTranslations } from "next-intl";
import { useStatus } from "@/app/_editor/context";
import { type NodeState, shareDone } from "@/app/_editor/node-state";
import { sparkPoints } from "@/app/_ui/sparkline";
import { useFormat } from "@/app/_ui/use-format";
import type { GraphNode } from "@/graph/document";

/** The one live thing on a node: how far it is, and the loss curve of one that trains. */
export function NodeLive({ node, state }: { node: GraphNode; state: NodeState }) {
  const t = useTranslations("app.editor.canvas");
  const format = useFormat();
  const running = state.look === "running";
  const share = shareDone(state.progress);
  const loss = useStatus((s) => s.curves[node.id]?.loss);
  const trains = node.kind === "lora-train" && loss !== undefined && loss.length > 1;
  const last = loss?.at(-1);
  if (!running && !trains) return null;
  return (
    <div className="live">
      {running && (
        <>
          <div className="kv strong">
            <span>{share === undefined ? t("working") : format.percent(share)}</span>
            <span>
              {state.progress?.secondsLeft !== undefined
                ? t("left", { time: format.seconds(state.progress.secondsLeft) })
                : state.progress && share === undefined
                  ? `${format.count(state.progress.done)} ${state.progress.unit}`
                  : ""}
            </span>
          </div>
          <div className="bar">
            <i style={{ width: `${(share ?? 0) * 100}%` }} />
          </div>
        </>
      )}
      {trains && (
        <>
          <LossCurve values={loss.map((p) => p.value)} share={running ? (share ?? 1) : 1} label={t("loss")} />
          {last && (
            <div className="kv">
              <span>{t("lossAt", { step: last.step })}</span>
              <span>{format.metric(last.value)}</span>
            </div>
          )}
        </>
      )}
    </div>
  );
}

const WIDTH = 180;
const HEIGHT = 52;

function LossCurve({ values, share, label }: { values: number[]; share: number; label: string }) {
  const width = Math.max(24, WIDTH * Math.min(1, share));
  const points = sparkPoints(values, width, HEIGHT);
  const last = points.at(-1);
  return (
    <svg
      width={WIDTH}
      height={HEIGHT + 4}
      viewBox={`0 0 ${WIDTH} ${HEIGHT + 4}`}
      role="img"
      aria-label={label}
      className="curve"
    >
      <path d={`M0 ${HEIGHT + 3.5}H${WIDTH}`} stroke="var(--line-2)" />
      {last && share < 1 && (
        <path d={`M${last[0]} 0V${HEIGHT + 4}`} stroke="var(--line-2)" strokeDasharray="2 3" />
      )}
      <polyline
        points={points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ")}
        fill="none"
        stroke="var(--t-report)"
        strokeWidth="1.6"
        strokeLinejoin="round"
      />
      {last && <circle cx={last[0]} cy={last[1]} r="2.6" fill="var(--t-report)" />}
    </svg>
  );
}
