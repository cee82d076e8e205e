import type { JsonValue } from "@/graph/document";
import type { OutputView } from "@/graph/run-view";

/** What every kind's preview is given. Works with nothing running: all of it is stored. */
export type PreviewProps = {
  nodeId: string;
  kind: string;
  params: Readonly<Record<string, unknown>>;
  outputs: Readonly<Record<string, OutputView>>;
  metrics: Readonly<Record<string, number>>;
  /** The run that made the outputs. */
  runId?: string;
  run?: number;
  /** Points of the run under way, while it runs. */
  curves?: Readonly<Record<string, readonly { step: number; value: number }[]>>;
  /** Changes a parameter of the node; `undefined` takes it back to its default. Absent while only reading. */
  edit?: (param: string, value: JsonValue | undefined) => void;
  /** Running now. */
  live: boolean;
  /** In the inspector instead of the notebook: 292 px wide. */
  narrow: boolean;
};
