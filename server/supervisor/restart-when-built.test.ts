import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type KeptChild, keepAlive } from "./child";
import { restartWhenBuilt } from "./restart-when-built";

let dir = "";
let child: KeptChild | undefined;
let unwatch = () => {};
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "telar-built-"));
});
afterEach(async () => {
  unwatch();
  await child?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const put = (name: string, text: string) => writeFileSync(join(dir, name), text);
const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((done) => setTimeout(done, 20));
};

it("a part starts again when its program or one that it starts was built anew, and not for others", async () => {
  const crashes: (number | null)[] = [];
  const reports: string[] = [];
  const program = "setInterval(() => {}, 1000);";
  put("gateway.js", program);
  put("model-process.js", "1");
  child = keepAlive(
    {
      name: "gateway",
      args: [join(dir, "gateway.js")],
      cwd: dir,
      env: {},
      logFile: join(dir, "logs/gateway.log"),
    },
    (code) => crashes.push(code),
  );
  const kept = child;
  unwatch = restartWhenBuilt(dir, [kept], (message) => reports.push(message));
  const restarted = async (change: () => void) => {
    const before = kept.pid;
    const count = reports.length;
    change();
    await until(() => kept.pid !== undefined && kept.pid !== before);
    expect(reports).toHaveLength(count + 1);
  };
  await restarted(() => put("gateway.js", `${program}// edited`));
  await restarted(() => put("model-process.js", "2"));

  const { pid } = kept;
  put("worker.js", "another part's");
  put("gateway.js", `${program}// edited`);
  await new Promise((done) => setTimeout(done, 800));
  expect(kept.pid).toBe(pid);
  // It was asked to end: that is no crash, and nothing waits before the next start.
  expect(crashes).toEqual([]);
  expect(kept.restarts).toBe(0);
});
