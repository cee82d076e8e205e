#!/usr/bin/env node
/** `telar`: sets up what is missing, then runs the command line. */
import { existsSync } from "node:fs";
import { endWithLauncher } from "./lib/launcher.mjs";
import { at, say } from "./lib/project.mjs";
import { setUp } from "./lib/set-up.mjs";

endWithLauncher();
try {
  await setUp({ web: process.argv[2] === "up" });
} catch (error) {
  say(`Telar could not be set up: ${error.message}`);
  process.exit(3);
}
if (existsSync(at("dist/telar.js"))) process.setSourceMapsEnabled?.(true);
await import("../dist/telar.js");
