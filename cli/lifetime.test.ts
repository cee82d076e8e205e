/** `npm start` as a tree of processes: it has one owner a home, and ends with what launched it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { setUp } from "@/scripts/lib/set-up.mjs";
import { freePort } from "@/server/_testing/free-port";
import { kill, npm, type Started, treeOf, untilGone } from "./_testing/tree";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 600_000 });
const long = process.env.TELAR_TEST_LONG === "1";

let dir: string;
let home: string;
let ports: Record<string, string>;
beforeAll(async () => {
  await setUp({ web: true });
  dir = await mkdtemp(join(tmpdir(), "telar-life-"));
  home = join(dir, "a home, ñ", "h".repeat(120));
  ports = { TELAR_PORT: `${await freePort()}`, TELAR_GATEWAY_PORT: `${await freePort()}` };
});
afterEach(async () => {
  for (const { pid } of treeOf(home)) {
    try {
      kill(pid, "SIGKILL");
    } catch {}
  }
  await untilGone(home);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const start = (more: Record<string, string> = {}): Started => npm(["start"], home, { ...ports, ...more });
const health = () => fetch(`http://127.0.0.1:${ports.TELAR_PORT}/api/health`).then(({ status }) => status);

async function member(name: string): Promise<number> {
  return vi.waitFor(
    () => {
      const found = treeOf(home).find((row) => row.name === name);
      if (!found) throw new Error(`no ${name}`);
      return found.pid;
    },
    { timeout: 20_000, interval: 100 },
  );
}

const all = [
  ["npm", "SIGKILL"],
  ["sh", "SIGKILL"],
  ["supervisor", "SIGKILL"],
  ["npm", "SIGTERM"],
  ["npm", "SIGHUP"],
  // Ctrl-C reaches all of them; npm alone does not end on it.
  ["terminal", "SIGINT"],
  ["sh", "SIGTERM"],
  ["sh", "SIGHUP"],
  ["supervisor", "SIGTERM"],
  ["supervisor", "SIGHUP"],
  ["supervisor", "SIGINT"],
] as const;

test.each(long ? all : all.slice(0, 3))(
  "%s ended by %s takes the whole tree along, and a new start works at once",
  async (name, signal) => {
    const first = start();
    await first.link;
    await member("job host");
    expect(new Set(treeOf(home).map((row) => row.name))).toEqual(
      new Set(["npm", "sh", "supervisor", "postgres", "worker", "gateway", "web", "job host"]),
    );
    const before = treeOf(home).map(({ pid }) => pid);
    if (name === "terminal") process.kill(-(await member("npm")), signal);
    else kill(await member(name), signal);
    const second = start();
    await second.link;
    expect(await health()).toBe(200);
    await vi.waitFor(
      () => {
        const old = treeOf(home).filter((row) => before.includes(row.pid) && row.name !== "postgres");
        expect(old).toEqual([]);
      },
      { timeout: 20_000, interval: 200 },
    );
    kill(await member("npm"), "SIGKILL");
    await untilGone(home);
  },
);

if (long)
  test.each([
    ["worker", "SIGTERM"],
    ["worker", "SIGHUP"],
    ["worker", "SIGKILL"],
    ["gateway", "SIGTERM"],
    ["gateway", "SIGHUP"],
    ["gateway", "SIGKILL"],
    ["web", "SIGTERM"],
    ["web", "SIGHUP"],
    ["web", "SIGKILL"],
    ["job host", "SIGKILL"],
    ["postgres", "SIGINT"],
    ["postgres", "SIGKILL"],
  ] as const)("%s ended by %s comes back, and all of it ends with npm", async (name, signal) => {
    const { link } = start();
    await link;
    const old = await member(name);
    kill(old, signal);
    await vi.waitFor(
      async () => {
        const found = await member(name === "job host" ? "worker" : name);
        expect(found).not.toBe(old);
        expect(await health()).toBe(200);
      },
      { timeout: 40_000, interval: 300 },
    );
    kill(await member("npm"), "SIGKILL");
    await untilGone(home);
  });

test("of two that start at once one owns the home; the other says who, prints a link and is done", async () => {
  const both = [start(), start()];
  await Promise.all(both.map(({ link }) => link));
  const ended = await Promise.race(both.map(async (one) => ({ one, code: await one.exit })));
  const owner = both.find((one) => one !== ended.one)!;
  expect(ended.code, ended.one.output()).toBe(0);
  const supervisor = await member("supervisor");
  expect(ended.one.output()).toMatch(
    new RegExp(
      `Telar already runs on .*: process ${supervisor}, since 20\\S+Z, at http://127\\.0\\.0\\.1:${ports.TELAR_PORT}\\.`,
    ),
  );
  expect(owner.output()).not.toContain("is started again");

  const elsewhere = start({ TELAR_PORT: `${await freePort()}` });
  // npm hands the exit code of the command on.
  expect(await elsewhere.exit).toBe(2);
  expect(elsewhere.output()).toMatch(
    /Telar already runs on .* Stop it first, or give this one a home of its own/,
  );

  const other = npm(["start"], join(dir, "other"), ports);
  expect(await other.exit).toBe(2);
  expect(other.output()).toMatch(/Port \d+ of the web app is taken by another program\./);
  await untilGone(join(dir, "other"));
  expect(await health()).toBe(200);
  kill(await member("npm"), "SIGTERM");
  await untilGone(home);
});

if (long)
  test("npm run dev ends with npm too, with all that it builds and watches", async () => {
    const { link } = npm(["run", "dev"], home, ports);
    await link;
    kill(await member("npm"), "SIGKILL");
    await untilGone(home);
  });
