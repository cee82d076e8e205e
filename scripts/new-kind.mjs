/** `npm run new-kind NAME`: a folder for a new kind of node that passes every check, to be made into what it shall do. */
import { KindProblem } from "./lib/kinds.mjs";
import { writeNewKind } from "./lib/new-kind.mjs";
import { bin, run, say } from "./lib/project.mjs";
import { setUp } from "./lib/set-up.mjs";

const [kind, ...rest] = process.argv.slice(2);
try {
  if (!kind || rest.length)
    throw new KindProblem(
      "Name one kind, in words joined by hyphens. For example: npm run new-kind word-count",
    );
  const files = writeNewKind(kind);
  await setUp({ programs: false });
  // Another name has another length: lines break elsewhere.
  await run(bin("biome"), ["check", "--write", `nodes/${kind}`], { quiet: true });
  say(`${files.join("\n")}

nodes/${kind} is a kind of node now: it removes rows that are shorter than a limit, and passes every check.
Make it into what it shall do, in the five steps of CONTRIBUTING.md:
  1. definition.ts       its parameters, ports, icon, what it needs and takes
  2. text.*.json         its words in each language, and about.md, its page of help
  3. run.ts              what it does
  4. preview.tsx         how its results are shown
  5. ${`${kind}.test.ts`.padEnd(20)} what it must do
Check it with npm run test:quick, and try it with npm run dev.`);
} catch (error) {
  if (!(error instanceof KindProblem)) throw error;
  say(error.message);
  process.exit(2);
}
