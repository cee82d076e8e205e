/** Whether a new version may replace what is served, from the numbers of both. Pure. */
import type { EndpointFacts } from "@/graph/ports";
import type { Values } from "@/graph/problems";

/** Why a version was not served when it came. */
export type Held = {
  reason: "not-measured" | "served-not-measured" | "other-metric" | "other-rows" | "worse";
  values: Values;
};

/** Undefined: it may be served. Numbers of other metrics or other rows are not compared: a person decides then. */
export function whyHeld(next: EndpointFacts, served: EndpointFacts): Held | undefined {
  if (!next.onlyIfBetter) return undefined;
  const [now, before] = [next.measured, served.measured];
  if (!now) return { reason: "not-measured", values: {} };
  if (!before) return { reason: "served-not-measured", values: { metric: now.name } };
  if (now.name !== before.name || now.better !== before.better)
    return { reason: "other-metric", values: { metric: now.name, served: before.name } };
  if (now.on !== before.on) return { reason: "other-rows", values: { metric: now.name } };
  const worse = now.better === "lower" ? !(now.value <= before.value) : !(now.value >= before.value);
  return worse
    ? { reason: "worse", values: { metric: now.name, value: now.value, served: before.value } }
    : undefined;
}
