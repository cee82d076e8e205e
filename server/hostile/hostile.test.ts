/** Every hostile input gets the one answer that its row gives, and the same system then still runs the example. */
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { setUp } from "@/scripts/lib/set-up.mjs";
import type { HostileRow } from "./row";
import { type HostileSystem, startHostileSystem } from "./system";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 600_000 });

const long = process.env.TELAR_TEST_LONG === "1";
const DIR = join(import.meta.dirname, "rows");
const EXAMPLE = resolve(import.meta.dirname, "../../examples/support-assistant.json");

const areas = await Promise.all(
  readdirSync(DIR)
    .filter((name) => name.endsWith(".ts"))
    .map(async (name) => ({
      area: name.replace(/\.ts$/, ""),
      rows: ((await import(join(DIR, name))) as { rows: readonly HostileRow[] }).rows,
    })),
);

let system: HostileSystem;
beforeAll(async () => {
  await setUp({ web: true });
  system = await startHostileSystem();
});
afterAll(() => system?.stop());

describe.each(areas)("$area", ({ rows }) => {
  test.each(rows.filter((row) => long || !row.long))("$what", async ({ send, answer }) => {
    expect(await send(system)).toEqual(answer);
  });

  test("everything answers as before", async () => {
    expect(await system.alive()).toEqual({ web: 200, gateway: 200, supervisor: true });
  });
});

test("no two rows of one area have the same name", () => {
  for (const { area, rows } of areas) {
    const names = rows.map(({ what }) => what);
    expect(new Set(names).size, area).toBe(names.length);
  }
});

test("the same system still runs the example", async () => {
  const { code, stdout, stderr } = await system.telar("run", EXAMPLE, "--json", ...(long ? [] : ["--smoke"]));
  expect(code, stderr.slice(-2_000)).toBe(0);
  expect(JSON.parse(stdout).status).toBe("SUCCEEDED");
}, 900_000);
