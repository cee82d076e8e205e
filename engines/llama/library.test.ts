import { expect, test } from "vitest";
import { isLibrary, libraryFolder } from "./library";

test("the library is known by its name on every platform", () => {
  const names = [
    "libllama.v0.5.0.so",
    "libllama.so",
    "libllama.so.0",
    "libllama.v0.5.0.dylib",
    "libllama.dylib",
    "llama.dll",
    "llama.v0.5.0.dll",
  ];
  for (const name of names) expect(isLibrary(name, "llama"), name).toBe(true);
});

test("its companions are not taken for it", () => {
  for (const name of ["libllama-common.so", "llama-addon.node", "libggml-base.so", "libggml-cpu-haswell.so"])
    expect(isLibrary(name, "llama"), name).toBe(false);
  expect(isLibrary("libggml-base.so", "ggml")).toBe(false);
  expect(isLibrary("libggml-base.so", "ggml-base")).toBe(true);
});

test("this machine has its prebuilt binary", async () => {
  expect(await libraryFolder()).toContain("@node-llama-cpp");
});
