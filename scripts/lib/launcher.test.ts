import { expect, test } from "vitest";
import { launchedBy } from "./launcher.mjs";

/** Rows of a process table: pid → parent, name, whether it leads a terminal. */
const table = (rows: Record<number, [number, string, boolean?]>) => (pid: number) => {
  const row = rows[pid];
  return row ? { parent: row[0], name: row[1], leadsTerminal: row[2] ?? false } : undefined;
};

test("under npm both links are watched: its shell's, and npm's own through the shell", () => {
  const look = table({ 20: [10, "sh"], 10: [5, "npm start"], 5: [1, "bash", true] });
  expect(launchedBy(30, 20, true, look)).toEqual([
    { pid: 30, parent: 20 },
    { pid: 20, parent: 10 },
  ]);
});

test("where npm's shell has become the program itself, npm is the parent", () => {
  expect(launchedBy(30, 10, true, table({ 10: [5, "npm start"], 5: [1, "bash", true] }))).toEqual([
    { pid: 30, parent: 10 },
  ]);
});

test("another program is a launcher, a terminal's own shell is none, and neither is the first process", () => {
  expect(launchedBy(30, 20, false, table({ 20: [1, "sh"] }))).toEqual([{ pid: 30, parent: 20 }]);
  expect(launchedBy(30, 20, false, table({ 20: [1, "bash", true] }))).toEqual([]);
  expect(launchedBy(30, 1, false, table({ 1: [0, "systemd"] }))).toEqual([]);
  expect(launchedBy(30, 20, true, table({}))).toEqual([]);
});
