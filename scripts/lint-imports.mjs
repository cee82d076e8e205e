/** Who may import whom, and who may name a kind of node. Every message says which way is right. Usage: node scripts/lint-imports.mjs */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { kindNamesIn } from "./lib/kind-names.mjs";
import { readKinds } from "./lib/kinds.mjs";
import { root } from "./lib/project.mjs";

const isTest = (file) => /(\.(test|long)\.tsx?$|_testing|_fixtures|^server\/hostile\/)/.test(file);
const isServerOnly = (file) => /^import "server-only";/m.test(readFileSync(join(root, file), "utf8"));
const isServerPage = (file) =>
  /^app\/(.*\/)?(page|layout|route|loading|not-found|error)\.tsx?$/.test(file) ||
  /^app\/(api|_i18n)\//.test(file) ||
  (/^app\//.test(file) && isServerOnly(file));

/** First rule whose `files` fits decides. `may` lists what it may import of the project; npm packages are free unless listed in `not`. */
const rules = [
  {
    files: /^graph\//,
    may: [/^graph\//],
    npm: /^(zod|yjs)$/,
    say: "graph/ is the pure language: only zod and yjs. Pass in what you need as a value or a function.",
  },
  {
    files: /^nodes\/(index|texts)\.ts$/,
    may: [/^graph\//, /^nodes\/index$/, /^generated\/kinds\/(index|texts)$/],
    say: "The catalogue is loaded in the browser: it may not reach runners or probes.",
  },
  {
    files: /^nodes\/(runners|probes)\.ts$/,
    may: [/^graph\//, /^nodes\/index$/, /^generated\/kinds\/(runners|probes)$/],
    say: "Registries are written by scripts/kinds.mjs from the folders of kinds; nothing is added by hand.",
  },
  {
    files: /^nodes\/(views|icons)\.ts$/,
    may: [/^graph\//, /^nodes\/index$/, /^generated\/kinds\/(views|icons)$/],
    say: "Views import previews only; runners would leak into the browser.",
  },
  {
    files: /^nodes\/[^/]+\/preview.*\.tsx$/,
    may: [/^graph\//, /^ui\//],
    own: true,
    not: [/\/(run|probe)$/],
    say: "A preview draws with ui/ and its own folder; it may not reach runners or engines.",
  },
  {
    files: /^nodes\/[^/]+\/definition\.ts$/,
    may: [/^graph\//],
    own: true,
    not: [/\/(run|probe)$/],
    npm: /^zod$/,
    say: "A definition is data for the browser too: graph, zod and pure files of its own folder. Never its runner, not even lazily.",
  },
  {
    files: /^nodes\//,
    may: [/^(graph|engines)\//],
    own: true,
    say: "A runner uses graph, engines, its own folder and npm. What two kinds share belongs in engines/; server and app are out of reach.",
  },
  {
    files: /^ui\//,
    may: [/^(graph|ui)\//],
    say: "ui/ holds primitives: graph's types and npm. What asks the server or knows kinds belongs in app/.",
  },
  {
    files: /^engines\//,
    may: [/^(graph|engines)\//],
    say: "Engines know the types of graph/ and npm, no database and no UI.",
  },
  {
    files: /^transfer\//,
    may: [/^(graph|transfer)\//],
    say: "transfer/ sends files from a browser and from the command line: what only one of them has is handed in.",
  },
  {
    files: /^messages\//,
    may: [/^(graph|messages)\//, /^nodes\/texts$/],
    say: "Words are made of messages and nodes/texts.",
  },
  {
    files: /^server\/worker\//,
    may: [/^(graph|engines|server|messages|generated\/prisma)\//, /^nodes\/(index|runners|probes|texts)$/],
    say: "The worker reaches kinds through nodes/index and nodes/runners.",
  },
  {
    files: /^server\//,
    may: [/^(graph|engines|transfer|server|messages|generated\/prisma)\//, /^nodes\/(index|probes|texts)$/],
    say: "The server knows kinds through nodes/index; only server/worker may load nodes/runners.",
  },
  {
    files: /^cli\//,
    may: [/^(graph|transfer|server|messages|cli)\//, /^nodes\/(index|texts)$/, /^engines\/hub/],
    say: "The command line uses graph, nodes/index and the server's verbs.",
  },
  { files: /^bench\//, may: [/./], say: "" },
  {
    files: /^playwright\//,
    may: [/^playwright/, /^graph\//],
    say: "End-to-end specs drive the built app from outside.",
  },
  {
    files: isServerPage,
    may: [/^(graph|app|ui|server|messages|generated\/prisma)\//, /^nodes\/(index|views|texts|icons)$/],
    say: "Pages and routes reach kinds through nodes/index and nodes/views.",
  },
  {
    files: /^app\//,
    may: [
      /^(graph|transfer|app|ui)\//,
      /^messages\/(en|locales|words)$/,
      /^nodes\/(index|views|texts|icons)$/,
    ],
    types: [/^server\//],
    say: "Code of the browser may take types of the server (`import type`), nothing else of it. Ask over tRPC.",
  },
  { files: /./, may: [/./], say: "" },
];

const matches = (rule, file) => (typeof rule.files === "function" ? rule.files(file) : rule.files.test(file));

function* sources(dir) {
  for (const name of readdirSync(dir)) {
    if (["node_modules", ".git", ".next", ".telar", "dist", "generated", "examples"].includes(name)) continue;
    const path = join(dir, name);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (/\.tsx?$/.test(name)) yield relative(root, path);
  }
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^;'"]*?from\s*["']([^"']+)["']|(?:^|\n)\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;

/** Every import of a file: what it names, in the project's own terms, and whether it is for types alone. */
function importsOf(file) {
  const text = readFileSync(join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\//g, (comment) =>
    comment.replace(/[^\n]/g, " "),
  );
  return [...text.matchAll(IMPORT)].map((match) => {
    const spec = match[2] ?? match[3] ?? match[4];
    const line = text.slice(0, match.index).split("\n").length + 1;
    const inside = spec.startsWith("@/")
      ? spec.slice(2)
      : spec.startsWith(".")
        ? normalize(join(dirname(file), spec))
        : undefined;
    return { spec, line, inside, type: Boolean(match[1]), lazy: Boolean(match[4]) };
  });
}

function wrong(file) {
  if (isTest(file)) return [];
  const rule = rules.find((r) => matches(r, file));
  const folder = `${dirname(file).split("/").slice(0, 2).join("/")}/`;
  return importsOf(file).flatMap(({ spec, line, inside, type }) => {
    const bad =
      inside === undefined
        ? rule.npm && !type && !rule.npm.test(spec)
        : rule.not?.some((pattern) => pattern.test(inside)) ||
          !(
            rule.may.some((p) => p.test(inside)) ||
            (rule.own && inside.startsWith(folder)) ||
            (type && rule.types?.some((p) => p.test(inside)))
          );
    return bad ? [`${file}:${line} imports ${spec}\n    ${rule.say}`] : [];
  });
}

/** Examples, specs, benchmarks and tests tell stories with real kinds. */
const mayName = (file) => isTest(file) || /^(playwright|bench|examples)\//.test(file);

/** Kinds that the file names, though it lies in none of their folders: what it knows of them belongs in their definition. */
function kindsNamed(file) {
  if (mayName(file)) return [];
  return kindNamesIn(readFileSync(join(root, file), "utf8"), kinds)
    .filter(({ kind }) => !file.startsWith(`nodes/${kind}/`))
    .map(
      ({ line, kind }) =>
        `${file}:${line} names the kind ${kind}\n    Only nodes/${kind}/ may. Say what you need to know of it in its definition (graph/define-node.ts has the fields), and ask the catalogue.`,
    );
}

/** Groups of files that import one another in a circle; imports of types count, a lazy `import()` does not. Tarjan, 1972. */
function circles(files) {
  const graph = new Map(files.map((file) => [file, []]));
  for (const file of files)
    for (const { inside, lazy } of importsOf(file)) {
      const target = inside && !lazy && ENDINGS.map((end) => inside + end).find((name) => graph.has(name));
      if (target && target !== file) graph.get(file).push(target);
    }
  const index = new Map();
  const low = new Map();
  const open = [];
  const isOpen = new Set();
  const found = [];
  const visit = (file) => {
    index.set(file, index.size);
    low.set(file, index.get(file));
    open.push(file);
    isOpen.add(file);
    for (const next of graph.get(file)) {
      if (!index.has(next)) visit(next);
      if (isOpen.has(next)) low.set(file, Math.min(low.get(file), low.get(next)));
    }
    if (low.get(file) !== index.get(file)) return;
    const group = open.splice(open.indexOf(file));
    for (const member of group) isOpen.delete(member);
    if (group.length > 1) found.push(group.sort());
  };
  for (const file of files) if (!index.has(file)) visit(file);
  return found.map(
    (group) =>
      `${group.join(" ⇄ ")}\n    These import one another in a circle. Move what they share into a file that imports neither.`,
  );
}

const ENDINGS = ["", ".ts", ".tsx", "/index.ts", "/index.tsx"];
const files = [...sources(root)];
const kinds = readKinds().map(({ kind }) => kind);
const problems = [...files.flatMap(wrong), ...circles(files), ...files.flatMap(kindsNamed)];
for (const text of problems) console.error(text);
console.error(
  problems.length
    ? `${problems.length} breaks of the import rule.`
    : "Imports follow the rule, without circles, and no kind is named outside its folder.",
);
process.exit(problems.length ? 1 : 0);
