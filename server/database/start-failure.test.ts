import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sizeOf, startFailure } from "./start-failure";

let dir: string;
let log: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "telar-start-"));
  log = join(dir, "database.log");
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test("a database that cannot start for want of room says so with its folder, and only for what was said this time", () => {
  writeFileSync(log, 'PANIC:  could not write to file "pg_wal/xlogtemp.7": No space left on device\n');
  const since = sizeOf(log);
  expect(startFailure("It did not start.", dir, log, since).message).toBe(
    `It did not start. The reason is in ${log}.`,
  );
  appendFileSync(log, 'FATAL:  could not write lock file "postmaster.pid": No space left on device\n');
  expect(startFailure("It did not start.", dir, log, since)).toMatchObject({
    reason: "disk-full-free",
    values: { place: dir },
  });
});

test("a log that is not there says nothing", () => {
  const file = join(dir, "none", "database.log");
  expect(startFailure("It did not start.", dir, file, 0).message).toContain(file);
});
