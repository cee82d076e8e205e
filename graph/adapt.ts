/** Which kinds would turn what a wire carries into what an input wants. */
import type { Catalogue } from "./define-node";
import { mismatch, type PortType, type Want } from "./ports";

/** Kinds with an input that takes `has` and an output that fits `want`, fewest inputs first. */
export function adaptersFor(has: PortType, want: Want, catalogue: Catalogue): string[] {
  const fits = Object.values(catalogue).filter((definition) => {
    const port = Object.keys(definition.inputs).find((p) => !mismatch(definition.inputs[p]!.want, has));
    const params = definition.params.safeParse({});
    if (!port || !params.success || definition.sideEffect) return false;
    const outputs = definition.infer(params.data, { [port]: has });
    return Object.entries(outputs).some(
      ([p, type]) => type && !definition.outputs[p]?.secondary && !mismatch(want, type),
    );
  });
  return fits.sort((a, b) => Object.keys(a.inputs).length - Object.keys(b.inputs).length).map((d) => d.kind);
}
