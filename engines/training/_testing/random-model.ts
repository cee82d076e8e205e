/** Small Llamas of any shape, with weights and adapters from a seed alone. */
import fc from "fast-check";
import type { Adapter } from "../../adapter/adapter";
import { loraName, TARGETS, type Target } from "../../adapter/layout";
import { type LlamaConfig, projectionShape, type RopeScaling } from "../../model/llama-config";
import type { ModelSource } from "../model";
import type { TokenRow } from "../slice";
import { matrix } from "../tiny-model";

export type RandomCase = { source: ModelSource; adapter: Adapter; rows: TokenRow[]; keep: boolean };

const scaling: fc.Arbitrary<RopeScaling | undefined> = fc.constantFrom<(RopeScaling | undefined)[]>(
  undefined,
  { type: "linear", factor: 3 },
  { type: "llama3", factor: 8, lowFreqFactor: 1, highFreqFactor: 4, originalContext: 16 },
);

/** Grouped queries or not, tied or not, each way of scaling positions, odd sizes, any targets, B filled, masks with holes. */
export const randomCase: fc.Arbitrary<RandomCase> = fc
  .record({
    seed: fc.nat(),
    kvHeads: fc.integer({ min: 1, max: 3 }),
    group: fc.integer({ min: 1, max: 3 }),
    headDim: fc.constantFrom(2, 6, 8),
    hidden: fc.integer({ min: 3, max: 29 }),
    ffn: fc.integer({ min: 3, max: 31 }),
    layers: fc.integer({ min: 1, max: 3 }),
    vocab: fc.integer({ min: 5, max: 61 }),
    tied: fc.boolean(),
    ropeTheta: fc.constantFrom(100, 10_000, 500_000),
    ropeScaling: scaling,
    rank: fc.integer({ min: 1, max: 5 }),
    alpha: fc.integer({ min: 1, max: 16 }),
    rsLora: fc.boolean(),
    targets: fc.subarray([...TARGETS], { minLength: 1 }),
    lengths: fc.array(fc.integer({ min: 1, max: 21 }), { minLength: 1, maxLength: 4 }),
    keep: fc.boolean(),
  })
  .map(({ seed, group, ropeScaling, rank, alpha, rsLora, targets, lengths, keep, ...shape }) => {
    const config: LlamaConfig = {
      ...shape,
      heads: shape.kvHeads * group,
      eps: 1e-5,
      contextLength: 128,
      ...(ropeScaling ? { ropeScaling } : {}),
    };
    const spread = (name: string) => (name.endsWith("norm.weight") ? 0.3 : 0.8);
    const centre = (name: string) => (name.endsWith("norm.weight") ? 1 : 0);
    const source: ModelSource = {
      config,
      read: async (name, size) => matrix(`${seed} ${name}`, size, spread(name), centre(name)),
    };
    const rows = lengths.map((length, i) => ({
      row: `${i}`,
      ids: Array.from(matrix(`${seed} ids ${i}`, [length], 1, 0.5), (x) => Math.floor(x * config.vocab)),
      mask: Array.from(matrix(`${seed} mask ${i}`, [length], 1, 0.5), (x) => (x < 0.7 ? 1 : 0)),
    }));
    return { source, adapter: randomAdapter(config, { seed, rank, alpha, rsLora, targets }), rows, keep };
  });

type AdapterShape = { seed: number; rank: number; alpha: number; rsLora: boolean; targets: Target[] };

/** Both matrices are filled: with B = 0 every gradient of A would be zero and prove nothing. */
function randomAdapter(config: LlamaConfig, { seed, targets, ...rest }: AdapterShape): Adapter {
  const tensors: Adapter["tensors"] = new Map();
  for (let layer = 0; layer < config.layers; layer++) {
    for (const target of targets) {
      const [out, into] = projectionShape(config, target);
      for (const [part, shape] of [
        ["A", [rest.rank, into]],
        ["B", [out, rest.rank]],
      ] as ["A" | "B", [number, number]][]) {
        const name = loraName(layer, target, part);
        tensors.set(name, { shape, values: matrix(`${seed} ${name}`, shape, 0.8) });
      }
    }
  }
  return { ...rest, targets, tensors };
}
