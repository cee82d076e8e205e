/** A Chromium for the tests: the one named, the system's, Playwright's own, or Debian's package when root. Never a silent skip. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { at, bin, run, say } from "./project.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const macOS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

function onPath() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...macOS].find((path) =>
    existsSync(path),
  );
}

async function playwrightsOwn() {
  const { chromium } = await import(at("node_modules/@playwright/test/index.mjs"));
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : undefined;
}

async function debians() {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return undefined;
  say("Installing Debian's chromium for the browser tests…");
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update", "-qq"], { quiet: true, env }).catch(() => {});
  await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], { quiet: true, env });
  return onPath();
}

export async function findBrowser() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM_PATH is ${named}, and there is no such file. Name a Chromium or unset it.`);
  }
  const found =
    onPath() ?? (await playwrightsOwn()) ?? (await debians().catch((error) => void say(error.message)));
  if (found) return found;
  await run(bin("playwright"), ["install", "chromium"]).catch(() => {});
  const own = await playwrightsOwn();
  if (own) return own;
  throw new Error(
    "No Chromium was found or could be installed. Install one and name it with CHROMIUM_PATH=/path/to/chromium.",
  );
}
