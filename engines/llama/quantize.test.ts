import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testGguf } from "./_testing/model";
import { loadModel } from "./model";
import { layoutFits, quantizeGguf } from "./quantize";

const DEFAULTS = {
  nthread: 0,
  ftype: 7,
  output_tensor_type: 43,
  token_embedding_type: 43,
  allow_requantize: false,
  quantize_output_tensor: true,
  only_copy: false,
  pure: false,
  keep_split: false,
  dry_run: false,
  imatrix: 0,
  kv_overrides: 0,
  tt_overrides: 0,
  prune_layers: 0,
  max_buf_size: 8 * 2 ** 30,
};

test("a library with other fields is noticed before it is called", () => {
  expect(layoutFits(DEFAULTS)).toBe(true);
  expect(layoutFits({ ...DEFAULTS, max_buf_size: 0 })).toBe(false);
  expect(layoutFits({ ...DEFAULTS, quantize_output_tensor: false, only_copy: true })).toBe(false);
});

test("a 4-bit file is smaller, says how far it is, and still knows the capital of France", async () => {
  const dir = await mkdtemp(join(tmpdir(), "telar-quantize-"));
  const out = join(dir, "q4.gguf");
  const steps: number[] = [];
  const { bytes } = await quantizeGguf(await testGguf("F16"), out, "Q4_0", {
    threads: 2,
    onProgress: (done) => steps.push(done),
  });
  expect(bytes).toBeLessThan(100e6);
  expect(steps.at(-1)).toBe(272);
  const model = await loadModel(out, { contextLength: 256 });
  let text = "";
  for await (const piece of model.stream([{ role: "user", content: "What is the capital of France?" }], {
    maxTokens: 12,
  }))
    text += piece;
  await model.dispose();
  expect(text).toContain("Paris");
});

test("a file that cannot be quantised is refused and leaves nothing behind", async () => {
  const dir = await mkdtemp(join(tmpdir(), "telar-quantize-"));
  const out = join(dir, "out.gguf");
  const again = quantizeGguf(await testGguf("Q4_0"), out, "Q8_0", { threads: 1 });
  await expect(again).rejects.toMatchObject({ reason: "quantize-failed", values: { type: "Q8_0" } });
  await writeFile(join(dir, "broken.gguf"), "GGUF and no more");
  const broken = quantizeGguf(join(dir, "broken.gguf"), out, "Q4_0", { threads: 1 });
  await expect(broken).rejects.toMatchObject({ reason: "quantize-failed" });
  expect(await readdir(dir)).toEqual(["broken.gguf"]);
});
