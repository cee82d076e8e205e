import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { nativeFolder } from "@/engines/tfjs/native";
import { describeTfjs } from "./describe-tfjs";
import { errorLine, installTfjsGpu } from "./install-tfjs";

afterEach(() => {
  vi.unstubAllEnvs();
});

test("an installation that fails says why and leaves what was there", async () => {
  vi.stubEnv("XDG_CACHE_HOME", await mkdtemp(join(tmpdir(), "telar-cache-")));
  vi.stubEnv("npm_config_registry", "http://127.0.0.1:9/");
  vi.stubEnv("npm_config_fetch_retries", "0");
  vi.stubEnv("npm_config_cache", await mkdtemp(join(tmpdir(), "telar-npm-")));
  await mkdir(nativeFolder(), { recursive: true });
  await writeFile(join(nativeFolder(), "kept"), "as it was");
  let heard = "";
  const result = await installTfjsGpu((text) => {
    heard += text;
  });
  expect(result).toMatchObject({ installed: false, step: "npm", why: expect.stringMatching(/ECONNREFUSED/) });
  expect(heard).toContain("ECONNREFUSED");
  expect(await readFile(join(nativeFolder(), "kept"), "utf8")).toBe("as it was");
  expect(await readdir(dirname(nativeFolder()))).toEqual(["tfjs"]);
});

test("WebAssembly is live where nothing faster is installed", async () => {
  vi.stubEnv("XDG_CACHE_HOME", await mkdtemp(join(tmpdir(), "telar-cache-")));
  expect(existsSync(nativeFolder())).toBe(false);
  const { live, gpu } = await describeTfjs();
  expect(live).toMatchObject({ backend: "tfjs-wasm", version: "4.22.0" });
  expect(gpu).toEqual({ loads: false, why: "not installed" });
});

test("the line that names the cause is found in what npm writes", () => {
  const text = `npm error code 1
npm error path /home/a/.cache/telar/tfjs/node_modules/@tensorflow/tfjs-node-gpu
npm error command sh -c node scripts/install.js
npm error GPU-linux-4.22.0.tar.gz
npm error Error: getaddrinfo ENOTFOUND storage.googleapis.com
npm error     at GetAddrInfoReqWrap.onlookupall [as oncomplete] (node:dns:122:26)
npm error A complete log of this run can be found in: /home/a/.npm/_logs/x.log`;
  expect(errorLine(text)).toBe("Error: getaddrinfo ENOTFOUND storage.googleapis.com");
});
