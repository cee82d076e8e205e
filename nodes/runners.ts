/** What executes each kind. Loaded by job hosts only, each runner when its first job comes. */
import { runners as written } from "@/generated/kinds/runners";
import type { AnyRunner } from "@/graph/runner";
import type { NodeKind } from "./index";

const runners: Record<NodeKind, () => Promise<{ default: AnyRunner }>> = written;

export async function loadRunner(kind: string): Promise<AnyRunner> {
  if (!Object.hasOwn(runners, kind)) throw new Error(`No runner for the kind ${kind}`);
  return (await runners[kind as NodeKind]()).default;
}
