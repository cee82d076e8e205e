/** Methods of Python's text that templates may call. */
import { bind, needText, needWhole } from "./arguments";
import type { Budget } from "./budget";
import { TemplateError } from "./template-error";
import { isPrintable } from "./text";
import {
  type Arguments,
  isAstral,
  itemsOf,
  letters,
  Markup,
  orElse,
  Tuple,
  textLength,
  truth,
  type Value,
} from "./values";

type Method = (text: string, args: Arguments, budget: Budget) => Value;

const MORE_BLANKS = "\u001c\u001d\u001e\u001f\u0085";
/** What `str.isspace` says of one letter. */
export const isBlank = (letter: string) =>
  (letter !== "\ufeff" && /\s/.test(letter)) || MORE_BLANKS.includes(letter);

/** `str.strip`, on the left, the right or both sides: white space, or any of `characters`. */
export function strip(text: string, side: "left" | "right" | "both", characters?: string): string {
  const set = characters === undefined ? undefined : new Set(letters(characters));
  const parts = set && isAstral(text + characters) ? letters(text) : text;
  const drops = (letter: string) => (set ? set.has(letter) : isBlank(letter));
  let [start, end] = [0, parts.length];
  if (side !== "right") while (start < end && drops(parts[start]!)) start++;
  if (side !== "left") while (end > start && drops(parts[end - 1]!)) end--;
  return typeof parts === "string" ? parts.slice(start, end) : parts.slice(start, end).join("");
}

const stripper =
  (name: string, side: "left" | "right" | "both"): Method =>
  (text, args) => {
    const [characters] = bind(name, args, ["chars"]);
    return strip(text, side, characters == null ? undefined : needText(name, characters));
  };

function splitBlanks(text: string, most: number, fromRight: boolean): string[] {
  const found: [number, number][] = [];
  for (let at = 0; at < text.length; ) {
    while (at < text.length && isBlank(text[at]!)) at++;
    const begin = at;
    while (at < text.length && !isBlank(text[at]!)) at++;
    if (at > begin) found.push([begin, at]);
  }
  const words = found.map(([begin, end]) => text.slice(begin, end));
  // The last piece of a limited split keeps the blanks behind it.
  if (most < 0 || words.length <= most) return words;
  if (fromRight) {
    const [, end] = found[found.length - most - 1]!;
    return [text.slice(0, end), ...words.slice(found.length - most)];
  }
  return [...words.slice(0, most), text.slice(found[most]![0])];
}

function split(name: string, text: string, args: Arguments, budget: Budget): Value {
  const [separator, most] = bind(name, args, ["sep", "maxsplit"]);
  const limit = most === undefined ? -1 : needWhole(name, most);
  const fromRight = name === "rsplit";
  budget.make(text.length);
  if (separator == null) return splitBlanks(text, limit, fromRight);
  const by = needText(name, separator);
  if (by === "") throw new TemplateError("empty separator");
  const parts = text.split(by);
  if (limit < 0 || parts.length <= limit + 1) return parts;
  if (fromRight) {
    const cut = parts.length - limit;
    return [parts.slice(0, cut).join(by), ...parts.slice(cut)];
  }
  return [...parts.slice(0, limit), parts.slice(limit).join(by)];
}

/** `str.replace`; `most` below zero replaces all. */
export function replaceText(text: string, from: string, to: string, most: number, budget: Budget): string {
  if (most === 0) return text;
  const parts = from === "" ? ["", ...letters(text), ""] : text.split(from);
  const times = most < 0 ? parts.length - 1 : Math.min(most, parts.length - 1);
  budget.make(text.length + times * to.length);
  if (times === parts.length - 1) return parts.join(to);
  return parts.slice(0, times + 1).join(to) + from + parts.slice(times + 1).join(from);
}

function find(name: string, text: string, args: Arguments): number {
  const [wanted, start, end] = bind(name, args, ["sub", "start", "end"]);
  const parts = letters(text);
  const [from, to] = bounds(parts.length, start, end);
  const part = parts.slice(from, to).join("");
  const word = needText(name, wanted);
  const at = name.startsWith("r") ? part.lastIndexOf(word) : part.indexOf(word);
  if (at >= 0) return from + textLength(part.slice(0, at));
  if (name.endsWith("index")) throw new TemplateError("substring not found");
  return -1;
}

function bounds(length: number, start: Value | undefined, end: Value | undefined): [number, number] {
  const place = (value: Value | undefined, fallback: number) => {
    const at = value == null ? fallback : needWhole("a position", value);
    return at < 0 ? Math.max(0, length + at) : Math.min(at, length);
  };
  return [place(start, 0), place(end, length)];
}

const affix =
  (name: "startswith" | "endswith"): Method =>
  (text, args) => {
    const [wanted, start, end] = bind(name, args, ["prefix", "start", "end"]);
    let part = text;
    if (start != null || end != null) {
      const parts = letters(text);
      part = parts.slice(...bounds(parts.length, start, end)).join("");
    }
    const words = wanted instanceof Tuple ? wanted.items : [wanted];
    return words.some((word) => {
      const one = needText(name, word);
      return name === "startswith" ? part.startsWith(one) : part.endsWith(one);
    });
  };

const plain =
  (name: string, change: (text: string) => Value): Method =>
  (text, args, budget) => {
    bind(name, args, []);
    budget.make(text.length);
    return change(text);
  };

const every = (pattern: RegExp) => (text: string) =>
  text !== "" && letters(text).every((one) => pattern.test(one));
const cased = (wanted: "Lu" | "Ll") => (text: string) => {
  const [own, other] = wanted === "Lu" ? [/\p{Lu}/u, /\p{Ll}|\p{Lt}/u] : [/\p{Ll}/u, /\p{Lu}|\p{Lt}/u];
  return own.test(text) && !other.test(text);
};

/** Letters that stand for two have a form of their own at the start of a word. */
const DIGRAPHS = new Map([..."ǄǅǆǇǈǉǊǋǌǱǲǳ"].map((letter, i) => [letter, "ǅǈǋǲ"[Math.floor(i / 3)]!]));

/** `str.capitalize`. */
export const capitalize = (text: string) => {
  const [first = "", ...rest] = letters(text);
  const [head = "", ...more] = letters(first.toUpperCase());
  return (DIGRAPHS.get(first) ?? head + more.join("").toLowerCase()) + rest.join("").toLowerCase();
};

function pad(name: string): Method {
  return (text, args, budget) => {
    const [width, fill] = bind(name, args, ["width", "fillchar"]);
    const missing = Math.max(0, needWhole(name, width) - textLength(text));
    budget.make(missing + text.length);
    const letter = fill === undefined ? " " : needText(name, fill);
    if (textLength(letter) !== 1) throw new TemplateError(`${name} fills with exactly one letter`);
    if (name === "ljust") return text + letter.repeat(missing);
    if (name === "rjust") return letter.repeat(missing) + text;
    const wanted = missing + textLength(text);
    const left = Math.floor(missing / 2) + (missing & wanted & 1);
    return letter.repeat(left) + text + letter.repeat(missing - left);
  };
}

function partition(name: "partition" | "rpartition"): Method {
  return (text, args) => {
    const [separator] = bind(name, args, ["sep"]);
    const by = needText(name, separator);
    if (by === "") throw new TemplateError("empty separator");
    const at = name === "partition" ? text.indexOf(by) : text.lastIndexOf(by);
    if (at < 0) return new Tuple(name === "partition" ? [text, "", ""] : ["", "", text]);
    return new Tuple([text.slice(0, at), by, text.slice(at + by.length)]);
  };
}

/** `str.istitle`: words begin with a capital letter, and only words do. */
function isTitle(text: string): boolean {
  let [inWord, any] = [false, false];
  for (const letter of letters(text)) {
    const large = /[\p{Lu}\p{Lt}]/u.test(letter);
    if (large ? inWord : /\p{Ll}/u.test(letter) && !inWord) return false;
    inWord = large || /\p{Ll}/u.test(letter);
    any ||= inWord;
  }
  return any;
}

const expandTabs: Method = (text, args, budget) => {
  const [size] = bind("expandtabs", args, ["tabsize"]);
  const width = size === undefined ? 8 : Math.min(1e6, Math.max(0, needWhole("expandtabs", size)));
  budget.make(text.length + (text.split("\t").length - 1) * width);
  let [column, out] = [0, ""];
  for (const letter of letters(text)) {
    if (letter === "\t") {
      const blanks = width === 0 ? 0 : width - (column % width);
      out += " ".repeat(blanks);
      column += blanks;
      continue;
    }
    out += letter;
    column = letter === "\n" || letter === "\r" ? 0 : column + 1;
  }
  return out;
};

const LINE_ENDS = new Set("\n\r\v\f\u001c\u001d\u001e\u0085\u2028\u2029");

/** `str.splitlines`, where the last line may lack an end. */
export function splitLines(text: string, keep = false): string[] {
  const lines: string[] = [];
  let begin = 0;
  for (let at = 0; at < text.length; at++) {
    if (!LINE_ENDS.has(text[at]!)) continue;
    const next = text.startsWith("\r\n", at) ? at + 2 : at + 1;
    lines.push(text.slice(begin, keep ? next : at));
    begin = next;
    at = next - 1;
  }
  if (begin < text.length) lines.push(text.slice(begin));
  return lines;
}

export const TEXT_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["upper", plain("upper", (text) => text.toUpperCase())],
  ["lower", plain("lower", (text) => text.toLowerCase())],
  ["casefold", plain("casefold", (text) => text.toLowerCase().replaceAll("ß", "ss"))],
  ["capitalize", plain("capitalize", capitalize)],
  ["title", plain("title", (text) => text.replace(/\p{L}+/gu, capitalize))],
  [
    "swapcase",
    plain("swapcase", (text) =>
      letters(text)
        .map((one) => (one === one.toUpperCase() ? one.toLowerCase() : one.toUpperCase()))
        .join(""),
    ),
  ],
  ["strip", stripper("strip", "both")],
  ["lstrip", stripper("lstrip", "left")],
  ["rstrip", stripper("rstrip", "right")],
  ["split", (text, args, budget) => split("split", text, args, budget)],
  ["rsplit", (text, args, budget) => split("rsplit", text, args, budget)],
  [
    "splitlines",
    (text, args, budget) => {
      const [keep] = bind("splitlines", args, ["keepends"]);
      budget.make(text.length);
      return splitLines(text, keep !== undefined && truth(keep));
    },
  ],
  ["startswith", affix("startswith")],
  ["endswith", affix("endswith")],
  [
    "replace",
    (text, args, budget) => {
      const [from, to, most] = bind("replace", args, ["old", "new", "count"]);
      const limit = most === undefined ? -1 : needWhole("replace", most);
      return replaceText(text, needText("replace", from), needText("replace", to), limit, budget);
    },
  ],
  ...["find", "rfind", "index", "rindex"].map((name): [string, Method] => [
    name,
    (text, args, budget) => {
      budget.make(text.length);
      return find(name, text, args);
    },
  ]),
  [
    "count",
    (text, args) => {
      const [word] = bind("count", args, ["sub"]);
      const wanted = needText("count", word);
      return wanted === "" ? textLength(text) + 1 : text.split(wanted).length - 1;
    },
  ],
  [
    "join",
    (text, args, budget) => {
      const [items] = bind("join", args, ["iterable"]);
      const parts = itemsOf(orElse(items, null)).map((item) => {
        if (item instanceof Markup) return item.text;
        if (typeof item !== "string") throw new TemplateError("join wants texts only");
        return item;
      });
      budget.make(parts.reduce((sum, part) => sum + part.length + text.length, 0));
      return parts.join(text);
    },
  ],
  [
    "zfill",
    (text, args, budget) => {
      const [width] = bind("zfill", args, ["width"]);
      const missing = Math.max(0, needWhole("zfill", width) - textLength(text));
      budget.make(missing + text.length);
      const sign = /^[+-]/.exec(text)?.[0] ?? "";
      return sign + "0".repeat(missing) + text.slice(sign.length);
    },
  ],
  ["ljust", pad("ljust")],
  ["rjust", pad("rjust")],
  ["center", pad("center")],
  ["partition", partition("partition")],
  ["rpartition", partition("rpartition")],
  [
    "removeprefix",
    (text, args) => {
      const [prefix] = bind("removeprefix", args, ["prefix"]);
      const word = needText("removeprefix", prefix);
      return word !== "" && text.startsWith(word) ? text.slice(word.length) : text;
    },
  ],
  [
    "removesuffix",
    (text, args) => {
      const [suffix] = bind("removesuffix", args, ["suffix"]);
      const word = needText("removesuffix", suffix);
      return word !== "" && text.endsWith(word) ? text.slice(0, -word.length) : text;
    },
  ],
  ["isspace", plain("isspace", (text) => text !== "" && letters(text).every(isBlank))],
  ["isdigit", plain("isdigit", every(/^[\p{Nd}²³¹⁰⁴-⁹₀-₉]$/u))],
  ["isdecimal", plain("isdecimal", every(/^\p{Nd}$/u))],
  ["isnumeric", plain("isnumeric", every(/^\p{N}$/u))],
  ["isalpha", plain("isalpha", every(/^\p{L}$/u))],
  ["isalnum", plain("isalnum", every(/^[\p{L}\p{N}]$/u))],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins there
  ["isascii", plain("isascii", (text) => /^[\x00-\x7f]*$/.test(text))],
  ["isupper", plain("isupper", cased("Lu"))],
  ["islower", plain("islower", cased("Ll"))],
  ["istitle", plain("istitle", isTitle)],
  ["isidentifier", plain("isidentifier", (text) => /^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(text))],
  ["isprintable", plain("isprintable", (text) => letters(text).every(isPrintable))],
  ["expandtabs", expandTabs],
]);
