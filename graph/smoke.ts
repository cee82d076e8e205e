/** What a smoke run changes: sizes only ever become smaller. */
import type { AnyNode, Resources } from "./define-node";

type Values = Record<string, unknown>;

/** `smoke` on top of `given`; a size that is given and smaller stays. 0 and nothing stand for "no limit". */
export function smokeParams(given: Values, { smoke = {} }: Pick<AnyNode, "smoke">): Values {
  const cut = Object.entries(smoke).map(([name, most]) => {
    const value = given[name];
    const smaller = typeof value === "number" && typeof most === "number" && value > 0 && value < most;
    return [name, smaller ? value : most];
  });
  return { ...given, ...Object.fromEntries(cut) };
}

/**
 * One thread a node: starting up takes longer than so few rows, and what does not wait for each other runs side by
 * side. A kind whose threads change its result keeps them.
 */
export function smokeResources(resources: Resources, { place }: Pick<AnyNode, "place">): Resources {
  return place ? resources : { ...resources, threads: 1 };
}
