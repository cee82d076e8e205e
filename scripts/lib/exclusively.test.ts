import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { take } from "./exclusively.mjs";

let dir: string;
let lock: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "telar-lock-"));
  lock = join(dir, "set-up.lock");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const QUICK = { lookMs: 10, silentMs: 200 };

test("one has it at a time, and gives it back", async () => {
  const order: string[] = [];
  const work = async (name: string) => {
    const release = await take(lock, QUICK);
    order.push(`${name} in`);
    await sleep(30);
    order.push(`${name} out`);
    release();
  };
  await Promise.all(["a", "b", "c"].map(work));
  for (let i = 0; i < order.length; i += 2) expect(order[i + 1]).toBe(order[i]!.replace("in", "out"));
  expect(readdirSync(dir)).toEqual([]);
});

test("a lock whose owner was killed is taken over at once", async () => {
  const url = pathToFileURL(join(import.meta.dirname, "exclusively.mjs")).href;
  const owner = spawn(process.execPath, [
    "--input-type=module",
    "-e",
    `await (await import("${url}")).take(${JSON.stringify(lock)}); console.log("taken"); setInterval(() => {}, 1000);`,
  ]);
  await new Promise((done) => owner.stdout.once("data", done));
  owner.kill("SIGKILL");
  await new Promise((done) => owner.once("exit", done));
  (await take(lock, { lookMs: 10, silentMs: 3_600_000 }))();
});

test.runIf(process.platform === "linux")(
  "a pid that was given to another program since does not hold a lock",
  async () => {
    const release = await take(lock, QUICK);
    const owner = JSON.parse(readFileSync(lock, "utf8"));
    release();
    // This process lives; the one of the lock started at another time.
    writeFileSync(lock, JSON.stringify({ ...owner, start: "1" }));
    (await take(lock, { lookMs: 10, silentMs: 3_600_000 }))();
  },
);

test("a lock of a machine that died is taken over when nobody touches it, one that is touched is not", async () => {
  writeFileSync(
    lock,
    JSON.stringify({ pid: process.pid, start: "1", machine: "another boot, another container" }),
  );
  let taken = false;
  const taking = take(lock, QUICK).then((release: () => void) => {
    taken = true;
    return release;
  });
  for (let i = 0; i < 10; i++) {
    await sleep(50);
    writeFileSync(lock, readFileSync(lock));
    expect(taken).toBe(false);
  }
  (await taking)();
});

test("a lock that was half written, or by an earlier version for a process that is gone, is no obstacle", async () => {
  for (const text of ["", '{"pid":', "999999999"]) {
    writeFileSync(lock, text);
    (await take(lock, QUICK))();
    expect(existsSync(lock)).toBe(false);
  }
});

test("of many that see one dead lock only one at a time goes on", async () => {
  writeFileSync(lock, "999999999");
  let inside = 0;
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      const release = await take(lock, QUICK);
      inside++;
      expect(inside).toBe(1);
      await sleep(1);
      inside--;
      release();
    }),
  );
});
