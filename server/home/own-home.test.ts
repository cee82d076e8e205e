import { fork, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkHome } from "./check-home";
import { ownHome, readOwner } from "./own-home";

const ADDRESSES = { address: "https://telar.example.org", local: "http://127.0.0.1:3000" };
let home: string;
beforeEach(() => {
  home = join(mkdtempSync(join(tmpdir(), "telar-own-")), "ho me", "ñ".repeat(60));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test("one owns a home; the next learns who, since when and where, and has it when the first gives it back", async () => {
  const first = await ownHome({ home }, ADDRESSES);
  if (first.state !== "owned") throw new Error("taken");
  const second = await ownHome({ home }, { address: "http://other", local: "http://other" });
  expect(second).toEqual({
    state: "taken",
    by: { pid: process.pid, since: expect.any(String), host: hostname(), ending: false, ...ADDRESSES },
  });
  first.ending();
  expect(readOwner({ home })?.ending).toBe(true);
  first.release();
  const third = await ownHome({ home }, ADDRESSES);
  expect(third.state).toBe("owned");
  if (third.state === "owned") third.release();
});

test("of many at once one owns it", async () => {
  const all = await Promise.all(Array.from({ length: 12 }, () => ownHome({ home }, ADDRESSES)));
  expect(all.filter(({ state }) => state === "owned")).toHaveLength(1);
  for (const one of all) if (one.state === "owned") one.release();
});

test("what a dead owner left, or anybody wrote, holds nothing: not a pid of another program, not half a line", async () => {
  mkdirSync(home, { recursive: true });
  const other = spawn("sleep", ["30"]);
  const dead = {
    pid: other.pid,
    since: new Date().toISOString(),
    host: hostname(),
    ending: false,
    ...ADDRESSES,
  };
  for (const text of [JSON.stringify(dead), '{"pid":', "", "\0\0"]) {
    writeFileSync(join(home, "owner.lock"), text);
    const owned = await ownHome({ home }, ADDRESSES);
    if (owned.state !== "owned") throw new Error("taken");
    expect(readOwner({ home })?.pid).toBe(process.pid);
    owned.release();
  }
  other.kill();
});

test("an owner that is killed gives the home back at once, whatever it had started", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "telar-own-")), "owner.mts");
  writeFileSync(
    file,
    `import { spawn } from "node:child_process";
     import { ownHome } from ${JSON.stringify(join(import.meta.dirname, "own-home.ts"))};
     await ownHome({ home: ${JSON.stringify(home)} }, ${JSON.stringify(ADDRESSES)});
     const child = spawn("sleep", ["30"], { detached: true, stdio: "ignore" });
     process.send(child.pid);
     setInterval(() => {}, 1000);`,
  );
  const owner = fork(file, { execArgv: ["--import", "tsx"], cwd: join(import.meta.dirname, "../..") });
  const left = await new Promise<number>((done) => owner.once("message", (pid) => done(pid as number)));
  expect((await ownHome({ home }, ADDRESSES)).state).toBe("taken");
  owner.kill("SIGKILL");
  await new Promise((done) => owner.once("exit", done));
  const mine = await ownHome({ home }, ADDRESSES);
  expect(mine.state).toBe("owned");
  if (mine.state === "owned") mine.release();
  process.kill(left);
});

test("a home of another account is refused before anything is started on it", () => {
  mkdirSync(join(home, "database"), { recursive: true });
  const { uid } = statSync(join(home, "database"));
  expect(() => checkHome(home, uid)).not.toThrow();
  expect(() => checkHome(home, 0)).not.toThrow();
  let failure: unknown;
  try {
    checkHome(home, uid + 1);
  } catch (error) {
    failure = error;
  }
  expect(failure).toMatchObject({
    reason: "home-of-another",
    values: { home, owner: uid, user: uid + 1 },
  });
});

test("a look at a home leaves nothing in it", () => {
  checkHome(home);
  expect(() => readFileSync(join(home, `.probe-${process.pid}`))).toThrow("ENOENT");
});
