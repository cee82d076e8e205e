/** Everything between a fresh clone and a program that runs: each step is done only when what it depends on changed. */
import { existsSync, rmSync } from "node:fs";
import { exclusively } from "./exclusively.mjs";
import { writeKinds } from "./kinds.mjs";
import { endWithParentEnv } from "./launcher.mjs";
import { at, bin, digestOf, run, say, whenStale } from "./project.mjs";

const NODE = [20, 19];

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < NODE[0] || (major === NODE[0] && minor < NODE[1])) {
    say(
      `Telar needs Node ${NODE.join(".")} or newer; this is ${process.versions.node}. Install a newer Node and run this again.`,
    );
    process.exit(3);
  }
}

async function install() {
  const digest = digestOf(["package-lock.json"]);
  const stamp = at("node_modules/.telar-lock");
  await whenStale(stamp, digest, async () => {
    say("Installing packages (package-lock.json changed)…");
    await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
      env: { ONNXRUNTIME_NODE_INSTALL: "skip", ...endWithParentEnv() },
    });
  });
}

async function generate() {
  await whenStale(
    at("generated/.stamp"),
    digestOf(["prisma/schema.prisma", "prisma.config.ts", "package-lock.json"]),
    () => run(bin("prisma"), ["generate"], { quiet: true, env: endWithParentEnv() }),
  );
}

const isSource = (name) => /\.(tsx?|json|css|mjs|js|md)$/.test(name) && !/\.(test|long)\.tsx?$/.test(name);
const programSources = [
  "graph",
  "nodes",
  "engines",
  "server",
  "cli",
  "messages",
  "prisma",
  "bench",
  "scripts/lib",
  "package-lock.json",
  "tsconfig.json",
];
const pageSources = [
  ...programSources,
  "app",
  "ui",
  "next.config.js",
  "postcss.config.mjs",
  "proxy.ts",
  "examples",
];

async function bundle() {
  await whenStale(at("dist/.stamp"), digestOf(programSources, isSource), async () => {
    const { bundlePrograms } = await import("./bundle.mjs");
    await bundlePrograms();
  });
}

/** `next build`, about half a minute. */
async function buildPages() {
  const stamp = at(".next/telar-stamp");
  if (!existsSync(at(".next/BUILD_ID"))) rmSync(stamp, { force: true });
  await whenStale(stamp, digestOf(pageSources, isSource), async () => {
    say("Building the web app (its sources changed; about half a minute)…");
    await run(process.execPath, [at("node_modules/next/dist/bin/next"), "build"], {
      env: { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production", ...endWithParentEnv() },
    });
  });
}

/** @param {{ web?: boolean, programs?: boolean }} options with `web`, the pages too; without `programs`, only what checks of the sources need */
export async function setUp({ web = false, programs = true } = {}) {
  checkNode();
  await exclusively("set-up", async () => {
    await install();
    await generate();
    writeKinds();
    if (programs) await bundle();
    if (web) await buildPages();
  });
}
