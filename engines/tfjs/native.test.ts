import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { findNative, type NativeBackend, nativeFolder, probeNative } from "./native";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A package in a cache folder of its own, as npm would put it there. */
async function installed(backend: NativeBackend, code: string) {
  vi.stubEnv("XDG_CACHE_HOME", await mkdtemp(join(tmpdir(), "telar-cache-")));
  const dir = join(nativeFolder(), "node_modules/@tensorflow", backend);
  await mkdir(dir, { recursive: true });
  await writeFile(join(nativeFolder(), "package.json"), '{ "private": true }');
  await writeFile(join(dir, "package.json"), '{ "version": "4.22.0", "main": "index.js" }');
  await writeFile(join(dir, "index.js"), code);
  return findNative(backend);
}

const require = createRequire(import.meta.url);
const library = (name: string) => JSON.stringify(require.resolve(name));

test("what is not installed is not found", async () => {
  vi.stubEnv("XDG_CACHE_HOME", await mkdtemp(join(tmpdir(), "telar-cache-")));
  expect(findNative("tfjs-node-gpu")).toBeUndefined();
});

test("a library that loads and computes is there, on Node versions without a function that it calls too", async () => {
  const found = await installed(
    "tfjs-node",
    `if (require("node:util").isNullOrUndefined(null) !== true) throw new Error("no isNullOrUndefined");
    module.exports = require(${library("@tensorflow/tfjs-core")});
    require(${library("@tensorflow/tfjs-backend-cpu")});`,
  );
  expect(found).toMatchObject({ backend: "tfjs-node", version: "4.22.0" });
  expect(await probeNative(found!)).toEqual({ loads: true, gpu: false });
});

test.each([
  [
    "does not load",
    `throw new Error("libcudart.so.11.0: cannot open shared object file");`,
    "libcudart.so.11.0: cannot open shared object file",
  ],
  ["ends its process", "process.abort();", "its process ended with SIGABRT"],
  [
    "computes wrongly",
    "module.exports = { mul: () => ({ dataSync: () => [5] }), backend: () => ({}) };",
    "2 times 2 gives 5",
  ],
])("a library that %s is told why, and costs a child process alone", async (_, code, why) => {
  const found = await installed("tfjs-node-gpu", code);
  const probe = await probeNative(found!);
  expect(probe.loads).toBe(false);
  expect(probe).toMatchObject({ why: expect.stringContaining(why) });
});
