import fc from "fast-check";
import { expect, test } from "vitest";
import {
  bySpeed,
  chooseTrainer,
  type LiveTrainer,
  TRAINER_COSTS,
  TRAINER_ENGINES,
  type TrainerBackend,
  type TrainerMachine,
  trainerFits,
  trainerMemory,
  trainerVersion,
} from "./trainers";

const live = (backend: TrainerBackend): LiveTrainer => {
  const engine = backend === "onnxruntime" ? "onnx" : "tfjs";
  const device = backend === "tfjs-node-gpu" ? "gpu" : "cpu";
  return { engine, backend, device, version: trainerVersion(engine, "1.2.3") };
};
const machine = (...backends: TrainerBackend[]): TrainerMachine => ({
  threads: 8,
  memoryBytes: 16e9,
  gpus: [{ vramBytes: 24e9 }],
  trainers: backends.map(live),
});
const auto = { engine: "auto", rank: 16, gradientCheckpointing: "auto" } as const;
const smol = { parameters: 1.35e8 };

test("auto takes the engine that was measured to be fastest, and says by how much", () => {
  const choice = chooseTrainer(auto, smol, machine("tfjs-wasm", "onnxruntime"));
  expect(choice).toMatchObject({
    engine: "onnx",
    backend: "onnxruntime",
    version: "1-1.2.3",
    device: "cpu",
    threads: 2,
    why: { code: "fastest", values: { engine: "onnx", than: "tfjs" } },
    others: [],
  });
});

test("an engine that is named is taken, or refused with its reason; no other stands in for it", () => {
  expect(chooseTrainer({ ...auto, engine: "tfjs" }, smol, machine("onnxruntime", "tfjs-wasm"))).toMatchObject(
    {
      engine: "tfjs",
      threads: 1,
      why: { code: "asked" },
    },
  );
  expect(chooseTrainer({ ...auto, engine: "tfjs" }, smol, machine("onnxruntime"))).toEqual({
    engine: undefined,
    others: [{ code: "absent", values: { engine: "tfjs" } }],
  });
});

test("a model that is too large for one engine goes to the next, and the reason is kept", () => {
  const choice = chooseTrainer(
    { ...auto, engine: "tfjs" },
    { parameters: 1.1e9 },
    machine("tfjs-wasm", "tfjs-node"),
  );
  expect(choice).toMatchObject({ backend: "tfjs-node", others: [{ code: "heap" }] });
  const small = { ...machine("onnxruntime"), memoryBytes: 1e9 };
  expect(chooseTrainer(auto, smol, small)).toMatchObject({
    engine: undefined,
    others: [{ code: "memory", values: { available: 1e9 } }, { code: "absent" }],
  });
  const noCard = { ...machine("tfjs-node-gpu"), gpus: [] };
  expect(chooseTrainer(auto, smol, noCard).others[0]).toMatchObject({ code: "vram" });
});

test("what was never measured on hardware is taken last and said to be unmeasured", () => {
  const choice = chooseTrainer(auto, smol, machine("tfjs-node-gpu", "onnxruntime"));
  expect(choice).toMatchObject({
    engine: "onnx",
    why: { code: "only" },
    others: [{ code: "unmeasured", values: { backend: "tfjs-node-gpu" } }],
  });
});

test("a choice always fits, is what was asked, and no measured one that fits is faster", () => {
  const backends = fc.subarray(Object.keys(TRAINER_COSTS) as TrainerBackend[]);
  const asked = fc.constantFrom("auto" as const, ...TRAINER_ENGINES);
  fc.assert(
    fc.property(
      backends,
      asked,
      fc.integer({ min: 1, max: 64 }),
      fc.double({ min: 1e6, max: 3e9, noNaN: true }),
      fc.double({ min: 1e8, max: 6.4e10, noNaN: true }),
      (names, engine, rank, parameters, memoryBytes) => {
        const params = { ...auto, engine, rank };
        const here = { ...machine(...names), memoryBytes, gpus: [{ vramBytes: memoryBytes }] };
        const choice = chooseTrainer(params, { parameters }, here);
        const fitting = here.trainers.filter(
          (t) =>
            (engine === "auto" || t.engine === engine) && trainerFits(t, params, { parameters }, here).fits,
        );
        if (choice.engine === undefined) {
          expect(fitting).toEqual([]);
          expect(choice.others.length).toBeGreaterThan(0);
        } else expect(choice.backend).toBe(bySpeed(fitting)[0]!.backend);
      },
    ),
  );
});

test("memory grows with the model, the rank and what is kept", () => {
  for (const backend of Object.keys(TRAINER_COSTS) as TrainerBackend[]) {
    const of = (over: object, parameters = 1.35e8) =>
      trainerMemory(backend, { ...auto, ...over }, { parameters });
    expect(of({}, 1.1e9)).toBeGreaterThan(of({}));
    expect(of({ rank: 64 })).toBeGreaterThan(of({}));
    expect(of({ gradientCheckpointing: "off" })).toBeGreaterThan(of({ gradientCheckpointing: "on" }));
  }
});
