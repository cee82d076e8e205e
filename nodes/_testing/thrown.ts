/** Reads from a source which failures, problems and lines of the log it makes: the keys of their sentences and the names of their values. */

export type Thrown = {
  line: number;
  /** Every key that can stand there; empty where none could be read. */
  keys: string[];
  /** Names of the values; undefined where some are not written there. */
  values: string[] | undefined;
  made: "failure" | "problem" | "log";
  /** It hands on a failure that was made elsewhere. */
  relayed: boolean;
  source: string;
};

/**
 * Calls of `new Failure(code, reason, values)`, `problem(code, place, values)` and `log(level, code, values)`.
 * A key may come from a constant of the file, or of `around`: the files beside it.
 */
export function thrownIn(text: string, around = ""): Thrown[] {
  const code = withoutComments(text);
  const known = `${code}\n${withoutComments(around)}`;
  return [
    ...code.matchAll(/\bnew Failure\(|(?<![.\w]|function )problem\(|\blog\((?=\s*"(?:info|warn|error)")/g),
  ].flatMap((match): Thrown[] => {
    const start = match.index + match[0].length;
    const args = argumentsFrom(code, start);
    const made = match[0].startsWith("new") ? "failure" : match[0].startsWith("log") ? "log" : "problem";
    const [reason, values] = [made === "problem" ? args[0] : args[1], args[2]];
    if (reason === undefined) return [];
    const keys = literalsOf(reason, known);
    return [
      {
        line: code.slice(0, match.index).split("\n").length,
        keys,
        made,
        values: valueNames(values),
        relayed: keys.length === 0 && /(^|\.)(reason|code)$/.test(reason.trim()),
        source: `${match[0]}${args.join(", ")})`.slice(0, 120),
      },
    ];
  });
}

const withoutComments = (text: string) =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "))
    .replace(/(^|[^:"'`])\/\/.*/g, "$1");

const OPEN = "([{";
const CLOSE = ")]}";

/** The arguments of a call, from behind its bracket, as they are written. */
function argumentsFrom(code: string, start: number): string[] {
  const args: string[] = [];
  let depth = 0;
  let quote = "";
  let from = start;
  for (let at = start; at < code.length; at++) {
    const letter = code[at]!;
    if (quote) {
      if (letter === "\\") at++;
      else if (letter === quote) quote = "";
    } else if (`"'\``.includes(letter)) quote = letter;
    else if (OPEN.includes(letter)) depth++;
    else if (CLOSE.includes(letter)) {
      if (depth-- === 0) {
        args.push(code.slice(from, at).trim());
        return args.filter(Boolean);
      }
    } else if (letter === "," && depth === 0) {
      args.push(code.slice(from, at).trim());
      from = at + 1;
    }
  }
  return args.filter(Boolean);
}

const KEY = /"([a-z0-9]+(?:-[a-z0-9]+)*)"/g;

/** Keys in an expression: its own literals, or those of the constants of the file that it names. */
function literalsOf(expression: string, code: string, depth = 0): string[] {
  if (/`[^`]*\$\{/.test(expression)) return [];
  // What is compared with is no result: `a === "x" ? "key" : "other-key"`, `TABLE[x ?? ""]`.
  const results = expression.replace(/[=!]==\s*"[^"]*"/g, "").replace(/(\w)\[[^\]]*\]/g, "$1");
  const found = [...results.matchAll(KEY)].map((match) => match[1]!);
  if (depth < 3)
    for (const [name] of results.replace(/"[^"]*"/g, "").matchAll(/(?<![."\w])[A-Za-z_]\w*(?![\w"(.])/g)) {
      // A variable is followed once; what its value names are functions and tables, and tables are written in capitals.
      if (depth > 0 && !/^[A-Z][A-Z0-9_]*$/.test(name)) continue;
      const constant = new RegExp(`\\bconst ${name}\\b[^=;]*=(?!>)\\s*`).exec(code);
      if (!constant) continue;
      const value = statementFrom(code, constant.index + constant[0].length);
      found.push(...literalsOf(value.replace(/^\s*"?[\w-]+"?:/gm, ""), code, depth + 1));
    }
  return [...new Set(found)];
}

/** From here to the end of the statement. */
function statementFrom(code: string, start: number): string {
  let depth = 0;
  for (let at = start; at < code.length; at++) {
    if (OPEN.includes(code[at]!)) depth++;
    else if (CLOSE.includes(code[at]!)) depth--;
    else if (code[at] === ";" && depth === 0) return code.slice(start, at);
  }
  return code.slice(start);
}

function valueNames(values: string | undefined): string[] | undefined {
  if (values === undefined) return [];
  if (!values.startsWith("{") || values.includes("...")) return undefined;
  return argumentsFrom(values, 1).map((entry) => /^"?([\w$]+)"?/.exec(entry)?.[1] ?? entry);
}

/** Names that a sentence is made with: `{rows}`, `{count, plural, …}`. */
export function placeholdersOf(sentence: string): string[] {
  const plain = sentence.replace(/'\{[^']*'/g, "");
  return [...new Set([...plain.matchAll(/\{\s*(\w+)\s*[,}]/g)].map((match) => match[1]!))].sort();
}
