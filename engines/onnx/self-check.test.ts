import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ensureSelfCheck, selfCheck } from "./self-check";

test("losses, gradients and optimizer steps of two tiny Llamas equal Transformers and PEFT", async () => {
  const result = await selfCheck(2);
  expect(result.largestLossError).toBeLessThan(2e-5);
  expect(result.largestGradientError).toBeLessThan(1e-4);
});

test("the result is kept, and read again instead of computed", async () => {
  const dir = await mkdtemp(join(tmpdir(), "telar-check-"));
  const first = await ensureSelfCheck(dir, 1);
  expect(JSON.parse(await readFile(join(dir, "onnx-self-check.json"), "utf8"))).toEqual(first);
  expect(await ensureSelfCheck(dir, 1)).toEqual(first);
});
