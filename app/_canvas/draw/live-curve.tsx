"use client";
import { useTranslations } from "next-intl";
import { useStatus } from "@/app/_editor/context";
import { type NodeState, shareDone } from "@/app/_editor/node-state";
import { useServerHooks } from "@/app/_editor/server-hooks";
import { useMetricName } from "@/ui/metric-name";
import { sparkPoints } from "@/ui/sparkline";
import { useFormat } from "@/ui/use-format";

type Props = { id: string; metric: string; state: NodeState };

/** The curve of one metric while a node runs. Its room is kept from the start, so that nothing moves when it begins. */
export function LiveCurve({ id, metric, state }: Props) {
  const name = useMetricName()(metric);
  const t = useTranslations("app.editor.canvas");
  const format = useFormat();
  const running = state.look === "running";
  const live = useStatus((s) => s.curves[id]?.[metric]);
  const stored = useServerHooks().useCurves(state.runId, id, running)?.[metric];
  const points = live && live.length > 1 ? live : (stored ?? []);
  const last = points.at(-1);
  return (
    <div className="live">
      <Curve
        values={points.map((p) => p.value)}
        share={running ? (shareDone(state.progress) ?? 1) : 1}
        label={name}
      />
      <div className="kv">
        <span>
          {last ? t("metricAt", { metric: name.toLowerCase(), step: last.step }) : name.toLowerCase()}
        </span>
        <span>{last ? format.metric(last.value) : "–"}</span>
      </div>
    </div>
  );
}

const WIDTH = 180;
const HEIGHT = 52;

function Curve({ values, share, label }: { values: number[]; share: number; label: string }) {
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
