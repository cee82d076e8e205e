import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";

const LIFELINE = pathToFileURL(join(import.meta.dirname, "lifeline.ts")).href;
/** Longer than a child has to end by itself. */
const LATER_MS = 2500;

/** A child of a supervisor that runs `code`, a module. */
function supervised(code: string) {
  const file = join(mkdtempSync(join(tmpdir(), "telar-lifeline-")), "child.mjs");
  writeFileSync(file, code);
  return spawn(process.execPath, ["--import", "tsx", "--import", LIFELINE, file], {
    env: { ...process.env, TELAR_SUPERVISED: "1" },
    stdio: ["pipe", "pipe", "inherit"],
  });
}

test("what a supervised child starts lives on without a pipe of its own", async () => {
  const child = supervised(`
    import { fork } from "node:child_process";
    if (process.argv[2]) setTimeout(() => process.send("alive"), ${LATER_MS});
    else {
      const started = fork(process.argv[1], ["started"], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
      started.on("message", (word) => { console.log(word); started.kill(); });
      started.on("exit", () => process.exit());
    }`);
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  await once(child, "exit");
  expect(output.trim()).toBe("alive");
});

test("a child ends when the pipe to its supervisor closes", async () => {
  const child = supervised(`console.log("up"); setInterval(() => {}, 1000);`);
  await once(child.stdout, "data");
  child.stdin.end();
  const [code] = await once(child, "exit");
  expect(code).toBe(0);
});
