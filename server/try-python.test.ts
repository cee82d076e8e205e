import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tryPython } from "./try-python";

test("a job in Python runs here, from its folder to its output", async () => {
  expect(await tryPython(join(import.meta.dirname, "../trainer"))).toMatchObject({ ok: true });
});

test("a package that is missing or broken is told by its last words", async () => {
  const dir = await mkdtemp(join(tmpdir(), "telar-trainer-"));
  const output = async () => {
    const trial = await tryPython(dir);
    return trial.ok ? "ok" : trial.why;
  };
  expect(await output()).toContain("No module named telar_jobs");
  await mkdir(join(dir, "telar_jobs"));
  await writeFile(join(dir, "telar_jobs/__init__.py"), "");
  await writeFile(join(dir, "telar_jobs/__main__.py"), "raise TypeError('half an update')");
  expect(await output()).toContain("half an update");
  await rm(dir, { recursive: true });
});
