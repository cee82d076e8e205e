/** `npm run dev`: the system from its sources. Pages reload; worker and gateway start again when what they are made of changes. */
import { rmSync, watch } from "node:fs";
import { watchPrograms } from "./lib/bundle.mjs";
import { KindProblem, writeKinds } from "./lib/kinds.mjs";
import { endWithLauncher } from "./lib/launcher.mjs";
import { at, say } from "./lib/project.mjs";
import { setUp } from "./lib/set-up.mjs";

/** An editor writes a file in several moves, and a new folder comes file by file. */
const SETTLED_MS = 200;

/** The registries follow the folders of kinds. A folder that is not whole is told; the registries stay as they were. */
function watchKinds() {
  let timer;
  let reported = "";
  const write = () => {
    try {
      writeKinds();
      reported = "";
    } catch (error) {
      if (!(error instanceof KindProblem)) throw error;
      if (error.message !== reported) say(error.message);
      reported = error.message;
    }
  };
  watch(at("nodes"), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(write, SETTLED_MS);
  });
}

endWithLauncher();
try {
  await setUp();
} catch (error) {
  say(`Telar could not be set up: ${error.message}`);
  process.exit(3);
}
// What is built from here on belongs to sources that no stamp knows.
rmSync(at("dist/.stamp"), { force: true });
watchKinds();
await watchPrograms();
process.setSourceMapsEnabled?.(true);
process.argv.splice(2, 0, "up", "--dev");
await import("../dist/telar.js");
