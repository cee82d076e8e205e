/** Writes the registries of node kinds (`generated/kinds/`). Usage: node scripts/kinds.mjs */
import { KindProblem, writeKinds } from "./lib/kinds.mjs";
import { say } from "./lib/project.mjs";

try {
  say(`${writeKinds().length} kinds of nodes.`);
} catch (error) {
  if (!(error instanceof KindProblem)) throw error;
  say(error.message);
  process.exit(2);
}
