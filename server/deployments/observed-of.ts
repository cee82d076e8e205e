/** What a deployment's state is, from what the gateways that live have seen. Pure. */
import type { Values } from "@/graph/problems";
import type { DeploymentStatus } from "./served";

export type SeenFailure = { reason: string; values: Values };

/** One living gateway's observation. */
export type Seen = { generation: number; state: DeploymentStatus; failure: SeenFailure | null };

export type Observed = { observed: DeploymentStatus; failure: SeenFailure | null };

/** `fresh`: changed so lately that no gateway can have looked yet. */
export function observedOf(
  { desired, generation, fresh }: { desired: DeploymentStatus; generation: number; fresh: boolean },
  seen: readonly Seen[],
): Observed {
  const wanted = desired !== "STOPPED";
  const current = seen.filter((one) => one.generation === generation);
  if (current.length > 0) return strongest(current);
  if (wanted) {
    // They live but have not looked at this generation, or nobody has had the time to.
    if (seen.length > 0 || fresh) return { observed: "STARTING", failure: null };
    return { observed: "STOPPED", failure: { reason: "no-gateway", values: {} } };
  }
  return seen.length > 0 ? strongest(seen) : { observed: "STOPPED", failure: null };
}

/** One gateway that answers is enough. */
const ORDER: readonly DeploymentStatus[] = ["READY", "STARTING", "FAILED", "STOPPED"];

function strongest(seen: readonly Seen[]): Observed {
  const [first] = [...seen].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  return { observed: first!.state, failure: first!.failure };
}
