/** Every raw SQL statement of the sources, with constants that it is made of filled in. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { env } from "@/server/env";

export type Statement = { at: string; text: string };

const SQL = /^\s*(WITH|SELECT|INSERT|UPDATE|DELETE)\s/;
/** Values of names that are not constants: each stands for all that the code gives it. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  "server/runs/attempts/reap.ts table": ['"Attempt"', '"Flight"'],
};

export function* sqlStatements(): Generator<Statement> {
  const { root } = env();
  for (const dir of ["server", "cli"])
    for (const file of sourcesBelow(root, dir)) {
      const text = readFileSync(join(root, file), "utf8");
      for (const { literal, line, tagged } of literals(text)) {
        const sql = tagged ? asParams(literal) : literal;
        const whole = SQL.test(sql) || /^\s*\$\{SELECT\}/.test(sql);
        // A constant that is a part of other statements is seen there.
        if (!whole || isPart(text, literal)) continue;
        for (const choice of choicesOf(file, sql))
          yield { at: `${file}:${line}`, text: fill(root, file, sql, choice) };
      }
    }
}

function* sourcesBelow(root: string, dir: string): Generator<string> {
  for (const entry of readdirSync(join(root, dir), { withFileTypes: true })) {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory() && entry.name !== "_testing") yield* sourcesBelow(root, path);
    else if (/\.ts$/.test(entry.name) && !/\.(test|long)\.ts$/.test(entry.name)) yield path;
  }
}

type Literal = { literal: string; line: number; tagged: boolean };

/** Template and string literals outside comments. */
function* literals(text: string): Generator<Literal> {
  for (let at = 0; at < text.length; at++) {
    if (text.startsWith("//", at)) at = text.indexOf("\n", at);
    else if (text.startsWith("/*", at)) at = text.indexOf("*/", at) + 1;
    else if (text[at] === "`" || text[at] === '"' || text[at] === "'") {
      const end = endOf(text, at);
      const line = text.slice(0, at).split("\n").length;
      const tagged = /\$(queryRaw|executeRaw)(<[^`]*>)?$/.test(text.slice(0, at));
      yield { literal: text.slice(at + 1, end).replaceAll("\\\\", "\\"), line, tagged };
      at = end;
    }
    if (at < 0) return;
  }
}

function endOf(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === quote) return at;
    else if (quote === "`" && text.startsWith("${", at)) at = endOfHole(text, at + 2);
  }
  return text.length;
}

/** Of `${…}`: the place of its closing brace. */
function endOfHole(text: string, start: number): number {
  let depth = 1;
  for (let at = start; at < text.length; at++) {
    if (text[at] === "`" || text[at] === '"' || text[at] === "'") at = endOf(text, at);
    else if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return at;
  }
  return text.length;
}

function holesOf(template: string): { from: number; to: number; code: string }[] {
  const holes: { from: number; to: number; code: string }[] = [];
  for (let at = template.indexOf("${"); at >= 0; at = template.indexOf("${", at)) {
    const end = endOfHole(template, at + 2);
    holes.push({ from: at, to: end + 1, code: template.slice(at + 2, end) });
    at = end;
  }
  return holes;
}

function asParams(template: string): string {
  let text = template;
  for (const [i, { from, to }] of [...holesOf(template).entries()].reverse())
    text = `${text.slice(0, from)}$${i + 1}${text.slice(to)}`;
  return text;
}

const isPart = (text: string, literal: string): boolean => {
  const at = text.indexOf(literal);
  const name = /const (\w+)(?:: string)? =(?: \([^)]*\) =>)?\s*[`"]$/.exec(text.slice(0, at))?.[1];
  return name !== undefined && text.includes(`\${${name}`);
};

function choicesOf(file: string, sql: string): Record<string, string>[] {
  const name = holesOf(sql)
    .map(({ code }) => code)
    .find((code) => CHOICES[`${file} ${code}`]);
  return name ? CHOICES[`${file} ${name}`]!.map((value) => ({ [name]: value })) : [{}];
}

/** The statement as the code would make it: its holes are evaluated with the constants that they name. */
function fill(root: string, file: string, sql: string, given: Record<string, string>): string {
  const names = new Map<string, string>(Object.entries(given).map(([name, v]) => [name, JSON.stringify(v)]));
  collect(root, file, sql, names);
  const scope = [...names].map(([name, code]) => `const ${name} = ${code};`);
  return new Function(`${scope.join("\n")}\nreturn \`${sql.replaceAll("\\", "\\\\")}\`;`)();
}

function collect(root: string, file: string, sql: string, names: Map<string, string>): void {
  for (const { code } of holesOf(sql))
    for (const name of new Set(code.replace(/"[^"]*"|'[^']*'/g, "").match(/(?<![.\w])[A-Za-z_]\w*/g) ?? [])) {
      if (names.has(name)) continue;
      const found = definition(root, file, name);
      if (!found) continue;
      // What it is made of comes before it.
      collect(root, found.file, found.code, names);
      names.set(name, found.code);
    }
}

/** The code of a constant, in this file or the one it is imported from. */
function definition(root: string, file: string, name: string): { code: string; file: string } | undefined {
  const text = readFileSync(join(root, file), "utf8");
  const start = new RegExp(`const ${name}(?:: [\\w[\\]]+)? =\\s*`).exec(text);
  if (start) {
    const from = start.index + start[0].length;
    return { code: codeFrom(text, from), file };
  }
  const from = new RegExp(`(?:import|export) (?:type )?\\{[^}]*\\b${name}\\b[^}]*\\} from "([^"]+)"`).exec(
    text,
  )?.[1];
  if (!from) return undefined;
  const path = from.startsWith("@/") ? from.slice(2) : normalize(join(dirname(file), from));
  return definition(root, existsSync(join(root, `${path}.ts`)) ? `${path}.ts` : `${path}/index.ts`, name);
}

/** Up to the semicolon that ends it. Types of arrow functions are left out. */
function codeFrom(text: string, from: number): string {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "`" || text[at] === '"') at = endOf(text, at);
    else if (text[at] === ";")
      return text.slice(from, at).replace(/^\([^)]*\) =>/, (params) => params.replaceAll(": string", ""));
  }
  return text.slice(from);
}
