import type { Run } from "@/app/_runs/use-run";
import type { JsonValue } from "@/graph/document";
import type { Progress } from "@/graph/run-view";

/** Values by `node.param`. */
export type AppValues = Readonly<Record<string, JsonValue>>;

export type AppRun = {
  run: Run | undefined;
  /** How far its nodes are, by id. */
  progress: Readonly<Record<string, Progress | undefined>>;
  /** What the run was started with. */
  used: AppValues | undefined;
  busy: boolean;
  start(values: AppValues): void;
  stop(): void;
};
