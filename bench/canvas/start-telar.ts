/** The built Telar on a fresh home, and the link that signs in. */
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export async function startTelar(): Promise<{ link: string; stop: () => void }> {
  const child = spawn(process.execPath, ["scripts/telar.mjs", "up"], {
    cwd: resolve(import.meta.dirname, "../.."),
    env: { ...process.env, TELAR_HOME: mkdtempSync(join(tmpdir(), "telar-bench-")), DATABASE_URL: "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const link = await new Promise<string>((done, fail) => {
    const read = (chunk: Buffer) => {
      output += chunk;
      const found = /http:\/\/\S+token=\S+/.exec(output);
      if (found) done(found[0]);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", (code) => fail(new Error(`Telar ended with ${code}:\n${output}`)));
  });
  return { link, stop: () => child.kill("SIGTERM") };
}
