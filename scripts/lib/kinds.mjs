/**
 * The registries of node kinds, written from the folders below `nodes/` into `generated/kinds/`.
 * A folder with `definition.ts` is a kind. Plain JavaScript without dependencies: it works before `npm ci`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./project.mjs";

/** What a folder below `nodes/` lacks or has wrong, as one sentence for the person who wrote it. */
export class KindProblem extends Error {}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LONGEST_NAME = 40;
/** Words of the language, which nothing can be called. */
const RESERVED = new Set(
  "break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield await async of".split(
    " ",
  ),
);

/** Why `kind` cannot be the name of a kind, or undefined where it can. */
export const nameProblem = (kind) =>
  NAME.test(kind) && kind.length <= LONGEST_NAME
    ? undefined
    : `"${kind}" is no name of a kind: use words of a–z and 0–9 joined by hyphens, ${LONGEST_NAME} characters at most.`;

/** `lora-train` → `loraTrain`: what its definition is exported as. `export` → `exportKind`. */
export function camelCase(kind) {
  const name = kind.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
  return RESERVED.has(name) ? `${name}Kind` : name;
}
const pascalCase = (kind) => camelCase(kind).replace(/^[a-z]/, (letter) => letter.toUpperCase());

/** The languages of the product: one file each in `messages/`. */
export const localesOf = (base = root) =>
  readdirSync(join(base, "messages")).flatMap((name) => /^(\w+)\.json$/.exec(name)?.[1] ?? []);

/** Kinds by name, each with what its folder has; throws a KindProblem for the first folder that is not whole. */
export function readKinds(base = root) {
  const locales = localesOf(base);
  const folders = readdirSync(join(base, "nodes"), { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith("_"),
  );
  return folders
    .map(({ name }) => name)
    .sort()
    .flatMap((kind) => readKind(base, kind, locales) ?? []);
}

function readKind(base, kind, locales) {
  const dir = join(base, "nodes", kind);
  const has = (file) => existsSync(join(dir, file));
  if (!has("definition.ts")) {
    if (!readdirSync(dir).length) return undefined;
    throw new KindProblem(
      `nodes/${kind} has no definition.ts, so it is no kind. Add one, or move what two kinds share to engines/.`,
    );
  }
  const unfit = nameProblem(kind);
  if (unfit) throw new KindProblem(`nodes/${kind}: ${unfit}`);
  const text = readFileSync(join(dir, "definition.ts"), "utf8");
  const declared = /defineNode\(\{\s*(?:\/\*[\s\S]*?\*\/\s*|\/\/.*\s*)*kind: "([^"]*)"/.exec(text)?.[1];
  if (declared === undefined)
    throw new KindProblem(
      `nodes/${kind}/definition.ts says no kind. Begin it with: export const ${camelCase(kind)} = defineNode({ kind: "${kind}", …`,
    );
  if (declared !== kind)
    throw new KindProblem(
      `nodes/${kind}/definition.ts says kind: "${declared}". The folder and the kind have one name: rename one of them.`,
    );
  if (!new RegExp(`^export const ${camelCase(kind)} = defineNode\\(`, "m").test(text))
    throw new KindProblem(
      `nodes/${kind}/definition.ts exports its definition under another name. Write: export const ${camelCase(kind)} = defineNode({ …`,
    );
  const needed = ["run.ts", "preview.tsx", "about.md", ...locales.map((locale) => `text.${locale}.json`)];
  const missing = needed.filter((file) => !has(file));
  if (missing.length)
    throw new KindProblem(
      `nodes/${kind} lacks ${missing.join(", ")}. CONTRIBUTING.md says what belongs there; npm run new-kind writes a whole folder.`,
    );
  const icon = /^ {2}icon: "([^"]*)"/m.exec(text)?.[1] ?? "";
  if (!hasIcon(base, icon))
    throw new KindProblem(
      `nodes/${kind}/definition.ts says icon: "${icon}", and lucide has none of that name. Choose one at https://lucide.dev/icons`,
    );
  return { kind, name: camelCase(kind), icon, probe: has("probe.ts") };
}

const ICONS = "node_modules/lucide-react/dist/esm/icons";

/** True as well where packages are not installed yet: the browser's bundle would miss it then. */
const hasIcon = (base, icon) =>
  NAME.test(icon) && (!existsSync(join(base, ICONS)) || existsSync(join(base, ICONS, `${icon}.mjs`)));

const HEAD = "// Written by scripts/kinds.mjs from the folders below nodes/. Never edit it.\n";
const key = (kind) => (kind.includes("-") ? JSON.stringify(kind) : kind);

/** Name of a registry's file → its source. */
function registriesOf(kinds, locales) {
  const record = (name, entries) => `export const ${name} = {\n${entries.join("")}} as const;\n`;
  const lazy = (list, file) =>
    list.map(({ kind }) => `  ${key(kind)}: () => import("@/nodes/${kind}/${file}"),\n`);
  const imports = (line) => kinds.map(line).join("");
  const textName = (kind, locale) => `${camelCase(kind)}In${pascalCase(locale)}`;
  return {
    "index.ts":
      imports(({ kind, name }) => `import { ${name} } from "@/nodes/${kind}/definition";\n`) +
      record(
        "nodes",
        kinds.map(({ kind, name }) => `  ${key(kind)}: ${name},\n`),
      ),
    "runners.ts": record("runners", lazy(kinds, "run")),
    "probes.ts": record(
      "probes",
      lazy(
        kinds.filter(({ probe }) => probe),
        "probe",
      ),
    ),
    "views.ts":
      imports(({ kind }) => `import { Preview as ${pascalCase(kind)} } from "@/nodes/${kind}/preview";\n`) +
      record(
        "views",
        kinds.map(({ kind }) => `  ${key(kind)}: { Preview: ${pascalCase(kind)} },\n`),
      ),
    "icons.ts":
      `import { ${[...new Set(kinds.map(({ icon }) => pascalCase(icon)))].sort().join(", ")} } from "lucide-react";\n` +
      record(
        "icons",
        kinds.map(({ kind, icon }) => `  ${key(kind)}: ${pascalCase(icon)},\n`),
      ),
    "texts.ts":
      locales
        .map((locale) =>
          imports(
            ({ kind }) => `import ${textName(kind, locale)} from "@/nodes/${kind}/text.${locale}.json";\n`,
          ),
        )
        .join("") +
      record(
        "texts",
        locales.map(
          (locale) =>
            `  ${locale}: {\n${kinds.map(({ kind }) => `    ${key(kind)}: ${textName(kind, locale)},\n`).join("")}  },\n`,
        ),
      ),
  };
}

/** Writes the registries that changed. Programs that read at the same time see the old file or the new one, never half. */
export function writeKinds(base = root) {
  const kinds = readKinds(base);
  const dir = join(base, "generated/kinds");
  mkdirSync(dir, { recursive: true });
  const files = registriesOf(kinds, localesOf(base));
  for (const [name, source] of Object.entries(files)) {
    const path = join(dir, name);
    const text = HEAD + source;
    if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
    const temporary = `${path}.${process.pid}.new`;
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  }
  for (const name of readdirSync(dir)) if (/\.tsx?$/.test(name) && !(name in files)) rmSync(join(dir, name));
  return kinds.map(({ kind }) => kind);
}
