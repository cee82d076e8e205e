import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Failure } from "@/graph/problems";
import { diskFull, isDatabaseFull, isDiskFull, sayDiskFull } from "./disk-full";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "telar-full-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const coded = (code: string, more: object = {}) => Object.assign(new Error(code), { code, ...more });

test.each([
  coded("ENOSPC"),
  coded("EDQUOT"),
  new Error("writing failed", { cause: coded("ENOSPC") }),
  new Error('IO Error: Could not write file "/data/tmp/duckdb.tmp": No space left on device'),
  new Error("[Errno 28] No space left on device"),
  coded("53100", { message: 'could not extend file "base/5/1234": No space left on device' }),
])("%s is a full disk", (error) => {
  expect(isDiskFull(error)).toBe(true);
});

test.each([coded("EACCES"), new Error("the table is full of holes"), "ENOSPC", undefined])(
  "%s is none",
  (error) => {
    expect(isDiskFull(error)).toBe(false);
  },
);

test("what PostgreSQL refuses for want of room is the database's", () => {
  expect(isDatabaseFull(new Error("query", { cause: coded("53100") }))).toBe(true);
  expect(isDatabaseFull(coded("ENOSPC"))).toBe(false);
});

test("the folder is that of the file which the error names, with what is free there and what is needed", () => {
  const named = diskFull(
    "/elsewhere",
    coded("ENOSPC", { path: join(dir, "not", "yet", "weights.bin") }),
    7_300_000_001,
  );
  expect(named).toMatchObject({
    code: "UNAVAILABLE",
    reason: "disk-full-needs",
    values: { place: join(dir, "not", "yet"), neededMegabytes: 7_301, freeMegabytes: expect.any(Number) },
  });
  const duckdb = diskFull(dir, new Error(`Could not write file "${dir}/spill.tmp": No space left on device`));
  expect(duckdb).toMatchObject({ reason: "disk-full-free", values: { place: dir } });
  expect(diskFull("", coded("ENOSPC"))).toMatchObject({ reason: "disk-full", values: { place: "" } });
});

test("a limit of the system on the size of files is told from a full disk", async () => {
  const failed = await sayDiskFull(dir, () => Promise.reject(coded("EFBIG"))).catch((error) => error);
  expect(failed).toMatchObject({ reason: "file-limit", values: { place: dir } });
  expect(failed).toBeInstanceOf(Failure);
});

test("a process that really may write no further says its folder", () => {
  const script = `
    process.on("SIGXFSZ", () => {});
    const { sayDiskFull } = await import(${JSON.stringify(join(import.meta.dirname, "disk-full.ts"))});
    const { writeFile } = await import("node:fs/promises");
    await sayDiskFull(${JSON.stringify(dir)}, () => writeFile(${JSON.stringify(join(dir, "big"))}, Buffer.alloc(5_000_000)))
      .catch(({ reason, values }) => console.log(JSON.stringify({ reason, values })));`;
  const node = `"${process.execPath}" --import tsx --input-type=module -e "$SCRIPT"`;
  const { stdout, stderr } = spawnSync("sh", ["-c", `ulimit -f 1024; exec ${node}`], {
    cwd: join(import.meta.dirname, ".."),
    env: { ...process.env, SCRIPT: script },
    encoding: "utf8",
  });
  expect(stdout, stderr).toBe(`${JSON.stringify({ reason: "file-limit", values: { place: dir } })}\n`);
});
