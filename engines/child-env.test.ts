import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { childEnv } from "./child-env";

const installation = {
  PATH: "/usr/bin",
  HTTPS_PROXY: "http://proxy:3128",
  NODE_OPTIONS: "--max-old-space-size=4096",
  DATABASE_URL: "postgresql://telar:pw@db/telar",
  TELAR_SECRET_KEY: "k".repeat(32),
  TELAR_RAY_TOKEN: "ray",
  PGPASSWORD: "pw",
  HF_TOKEN: "hf_x",
  AWS_SECRET_ACCESS_KEY: "aws",
  GITHUB_TOKEN: "gh",
  SOME_LATER_SECRET: "later",
};

test("a child sees what is listed for it, and nothing that a later version may bring", () => {
  expect(childEnv(["machine"], installation)).toEqual({ PATH: "/usr/bin", HTTPS_PROXY: "http://proxy:3128" });
  expect(Object.keys(childEnv(["machine", "node", "hub"], installation)).sort()).toEqual([
    "HF_TOKEN",
    "HTTPS_PROXY",
    "NODE_OPTIONS",
    "PATH",
  ]);
  expect(childEnv(["bucket"], installation)).toEqual({ AWS_SECRET_ACCESS_KEY: "aws" });
});

test.runIf(process.platform === "linux")(
  "what a child started so can read of its own environment holds no key",
  async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {
      env: childEnv(["machine", "node", "hub"], { ...process.env, ...installation, HF_TOKEN: undefined }),
      stdio: "ignore",
    });
    await new Promise((done) => child.once("spawn", done));
    const seen = await readFile(`/proc/${child.pid}/environ`, "latin1");
    child.kill();
    for (const name of ["DATABASE_URL", "TELAR_SECRET_KEY", "TELAR_RAY_TOKEN", "PGPASSWORD", "GITHUB_TOKEN"])
      expect(seen).not.toContain(name);
  },
);
