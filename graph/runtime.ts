/** Where the code of a job lives. Pure. */
import type { AnyNode, Runtime } from "./define-node";

export function runtimeOf(definition: AnyNode, params: unknown, inputs: unknown): Runtime {
  return definition.runtime?.(params, inputs) ?? { in: "node" };
}
