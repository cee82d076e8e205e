/** Splits a template into tokens exactly as Jinja2 3.1 does with trim_blocks and lstrip_blocks. */
import { limits } from "./limits";
import { TemplateError } from "./template-error";

export type Token = {
  kind:
    | "data"
    | "block"
    | "block-end"
    | "print"
    | "print-end"
    | "name"
    | "string"
    | "number"
    | "operator"
    | "end";
  text: string;
  line: number;
};

/** Python's white space in patterns; JavaScript's `\s` has U+FEFF and lacks U+001C to U+001F and U+0085. */
const SPACE = "[ \\t-\\r\\x1c-\\x1f\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const space = new RegExp(`${SPACE}+`, "y");
const OPEN = new RegExp(`\\{%([-+]?)${SPACE}*raw${SPACE}*(?:-%\\}${SPACE}*|%\\})|\\{([%{#])([-+]?)`, "g");
const END_RAW = new RegExp(`\\{%([-+]?)${SPACE}*endraw${SPACE}*(?:\\+%\\}|-%\\}${SPACE}*|%\\}\\n?)`, "g");
const END_COMMENT = new RegExp(`\\+#\\}|-#\\}${SPACE}*|#\\}\\n?`, "g");
const END_BLOCK = new RegExp(`\\+%\\}|-%\\}${SPACE}*|%\\}\\n?`, "y");
const END_PRINT = new RegExp(`-\\}\\}${SPACE}*|\\}\\}`, "y");
const NUMBER =
  /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?[eE][+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[\da-fA-F])+|[1-9](?:_?\d)*|0(?:_?0)*/y;
const NAME = /[\p{ID_Start}_][\p{ID_Continue}]*/uy;
const STRING = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/sy;
const OPERATOR = /\/\/|\*\*|==|!=|<=|>=|[-+*/%~[\](){}<>=.:|,;]/y;
const CLOSES: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
const TRAILING = new RegExp(`${SPACE}+$`);
const BLANK = new RegExp(`^${SPACE}+$`);

/** @throws TemplateError with the line */
export function tokensOf(template: string): Token[] {
  if (template.length > limits.sourceLength) throw new TemplateError("the template is too long");
  let source = template.replace(/\r\n?/g, "\n");
  if (source.endsWith("\n")) source = source.slice(0, -1);
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  let lineStart = true;
  const push = (kind: Token["kind"], text: string) => tokens.push({ kind, text, line });
  const moveTo = (end: number) => {
    for (let i = at; i < end; i++) if (source.charCodeAt(i) === 10) line++;
    at = end;
  };
  const fail = (what: string): never => {
    throw new TemplateError(`line ${line}: ${what}`);
  };
  /** Text before a tag, without what the tag strips. */
  const data = (end: number, sign: string, isPrint: boolean) => {
    let text = source.slice(at, end);
    if (sign === "-") text = trimEnd(text);
    else if (sign !== "+" && !isPrint) {
      const begin = text.lastIndexOf("\n") + 1;
      if ((begin > 0 || lineStart) && BLANK.test(text.slice(begin))) text = text.slice(0, begin);
    }
    if (text !== "") push("data", text);
  };

  while (at < source.length) {
    OPEN.lastIndex = at;
    const open = OPEN.exec(source);
    if (!open) {
      push("data", source.slice(at));
      break;
    }
    const [all, rawSign, mark, sign] = open;
    if (mark === undefined) {
      data(open.index, rawSign!, false);
      moveTo(open.index + all.length);
      lineStart = all.endsWith("\n");
      END_RAW.lastIndex = at;
      const end = END_RAW.exec(source) ?? fail("{% raw %} has no {% endraw %}");
      data(end.index, end[1]!, false);
      moveTo(end.index + end[0].length);
      lineStart = end[0].endsWith("\n");
      continue;
    }
    data(open.index, sign!, mark === "{");
    moveTo(open.index + all.length);
    if (mark === "#") {
      END_COMMENT.lastIndex = at;
      const end = END_COMMENT.exec(source) ?? fail("a comment has no end");
      moveTo(end.index + end[0].length);
      lineStart = end[0].endsWith("\n");
      continue;
    }
    const isPrint = mark === "{";
    push(isPrint ? "print" : "block", all);
    lineStart = insideTag(isPrint).endsWith("\n");
  }
  push("end", "");
  return tokens;

  /** Returns what closed the tag. */
  function insideTag(isPrint: boolean): string {
    const closing = isPrint ? END_PRINT : END_BLOCK;
    const brackets: string[] = [];
    const take = (pattern: RegExp): string | undefined => {
      pattern.lastIndex = at;
      return pattern.exec(source)?.[0];
    };
    while (at < source.length) {
      const end = brackets.length === 0 ? take(closing) : undefined;
      if (end !== undefined) {
        push(isPrint ? "print-end" : "block-end", end);
        moveTo(at + end.length);
        return end;
      }
      const blank = take(space);
      if (blank !== undefined) {
        moveTo(at + blank.length);
        continue;
      }
      const number = take(NUMBER);
      const name = number === undefined ? take(NAME) : undefined;
      const string = number === undefined && name === undefined ? take(STRING) : undefined;
      const text = number ?? name ?? string ?? take(OPERATOR) ?? fail(`unexpected character ${source[at]}`);
      if (number !== undefined) push("number", number);
      else if (name !== undefined) push("name", name);
      else if (string !== undefined) push("string", readEscapes(string.slice(1, -1)));
      else {
        if ("([{".includes(text)) brackets.push(text);
        else if (CLOSES[text] && brackets.pop() !== CLOSES[text]) fail(`unexpected '${text}'`);
        if (brackets.length > limits.depth) fail("brackets are nested too deeply");
        push("operator", text);
      }
      moveTo(at + text.length);
    }
    return fail("a tag has no end");
  }
}

function trimEnd(text: string): string {
  // A pattern anchored at the end alone would look at every run of blanks: walk back first.
  let end = text.length;
  while (end > 0 && BLANK.test(text[end - 1]!)) end--;
  return end === text.length ? text : text.slice(0, end).replace(TRAILING, "");
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** As Python reads a string; an escape it does not know stays as it is. */
function readEscapes(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([\s\S]))/gu,
    (all, x: string, u: string, U: string, octal: string, one: string) => {
      const code = x ?? u ?? U;
      if (code !== undefined) {
        const point = Number.parseInt(code, 16);
        if (point > 0x10ffff) throw new TemplateError(`${all} is no character`);
        return String.fromCodePoint(point);
      }
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      if (one === "x" || one === "u" || one === "U" || one === "N")
        throw new TemplateError(`${all} is not a whole escape`);
      return ESCAPES[one] ?? all;
    },
  );
}
