/** Starts the built Telar on a fresh home and signs in once; specs reuse the session. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { chromium } from "@playwright/test";
import config from "../../playwright.config";
import { PORT, SESSION, STATE } from "./state";

const root = resolve(import.meta.dirname, "../..");

export default async function start(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "telar-e2e-"));
  // The weights were fetched before the tests: every home may use the same ones.
  mkdirSync(join(root, ".telar/models"), { recursive: true });
  symlinkSync(join(root, ".telar/models"), join(home, "models"));
  const child = spawn(process.execPath, ["scripts/telar.mjs", "up"], {
    cwd: root,
    env: {
      ...process.env,
      TELAR_HOME: home,
      TELAR_PORT: String(PORT),
      TELAR_GATEWAY_PORT: String(PORT + 1),
      DATABASE_URL: "",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    await signIn(child, home);
  } catch (error) {
    child.kill("SIGTERM");
    throw error;
  }
  child.stdout.resume();
  child.stderr.resume();
  child.unref();
}

async function signIn(child: ChildProcessByStdio<null, Readable, Readable>, home: string): Promise<void> {
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
  mkdirSync(join(root, "test-results"), { recursive: true });
  writeFileSync(STATE, JSON.stringify({ pid: child.pid, home }));

  const browser = await chromium.launch(config.use?.launchOptions ?? {});
  const page = await browser.newPage();
  await page.goto(link);
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  await page.context().storageState({ path: SESSION });
  writeFileSync(STATE, JSON.stringify({ pid: child.pid, home, landed: new URL(page.url()).pathname }));
  await browser.close();
}
