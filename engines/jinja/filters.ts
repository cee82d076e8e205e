/** What stands behind `|`. Filters over lists are in list-filters.ts. */
import { bind, needText, needWhole } from "./arguments";
import type { Budget } from "./budget";
import { fixed, percentText } from "./format";
import { toJson } from "./json";
import { LIST_FILTERS, lengthOf } from "./list-filters";
import { onlyAttribute } from "./members";
import { TemplateError } from "./template-error";
import { escapeHtml, textOf } from "./text";
import { capitalize, replaceText, splitLines, strip } from "./text-methods";
import {
  type Arguments,
  Float,
  letters,
  Markup,
  numberOf,
  orElse,
  Tuple,
  textLength,
  truth,
  Undefined,
  type Value,
  whole,
} from "./values";

export type Filter = (value: Value, args: Arguments, budget: Budget) => Value;

const overText =
  (change: (text: string, args: Arguments, budget: Budget) => string): Filter =>
  (value, args, budget) => {
    const text = textOf(value, budget);
    budget.make(text.length);
    return budget.text(change(text, args, budget));
  };

const escapeFilter: Filter = (value, _args, budget) =>
  value instanceof Markup ? value : escapeHtml(textOf(value, budget));

const fallback: Filter = (value, args) => {
  const [other, onFalse] = bind("default", args, ["default_value", "boolean"]);
  const missing = value instanceof Undefined || (onFalse !== undefined && truth(onFalse) && !truth(value));
  return missing ? orElse(other, "") : value;
};

function toWhole(given: Value, args: Arguments): Value {
  const value = given instanceof Markup ? given.text : given;
  if (value instanceof Undefined) throw new TemplateError(value.hint);
  const [other, base] = bind("int", args, ["default", "base"]);
  const missing = orElse(other, 0);
  const number = numberOf(value);
  if (number !== undefined) return Number.isFinite(number) ? whole(Math.trunc(number)) : missing;
  if (typeof value !== "string") return missing;
  const text = strip(value, "both").replace(/(?<=\d)_(?=\d)/g, "");
  const radix = base === undefined ? 10 : needWhole("int", base);
  if (radix !== 10) {
    const digits = text.replace(/^([+-]?)0[xob]/i, "$1");
    const made = Number.parseInt(digits, radix);
    return Number.isNaN(made) || made.toString(radix) !== digits.toLowerCase().replace(/^\+?0*(?=.)/, "")
      ? missing
      : whole(made);
  }
  const made = asNumber(text);
  return made === undefined || !Number.isFinite(made) ? missing : whole(Math.trunc(made));
}

function asNumber(text: string): number | undefined {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

const toFloat: Filter = (given, args) => {
  const value = given instanceof Markup ? given.text : given;
  if (value instanceof Undefined) throw new TemplateError(value.hint);
  const [other] = bind("float", args, ["default"]);
  const number = numberOf(value) ?? (typeof value === "string" ? asNumber(strip(value, "both")) : undefined);
  return number === undefined ? orElse(other, new Float(0)) : new Float(number);
};

const round: Filter = (value, args) => {
  const [precision, method] = bind("round", args, ["precision", "method"]);
  const number = numberOf(value);
  if (number === undefined) throw new TemplateError("round wants a number");
  const places = precision === undefined ? 0 : needWhole("round", precision);
  if (Math.abs(places) > 300) throw new TemplateError("round has too many places");
  const made = (rounded: number) => (value instanceof Float || places > 0 ? new Float(rounded) : rounded);
  const how = method === undefined ? "common" : needText("round", method);
  const scale = 10 ** places;
  if (how === "floor" || how === "ceil") return new Float(Math[how](number * scale) / scale);
  if (how !== "common") throw new TemplateError("method must be common, ceil or floor");
  if (!(value instanceof Float) && places >= 0) return number;
  if (places > 0) return made(Number(fixed(number, places)));
  // Python rounds a half to the even neighbour.
  const scaled = number * scale;
  const near = Math.round(scaled);
  return made((Math.abs(scaled % 1) === 0.5 && near % 2 !== 0 ? near - 1 : near) / scale);
};

/** For filters that Jinja2 lets fail on anything but a text. */
const onlyText =
  (name: string, change: Filter): Filter =>
  (value, args, budget) => {
    if (typeof value === "string" || value instanceof Markup) return change(value, args, budget);
    throw new TemplateError(`${name} wants a text`);
  };

const indent = overText((text, args, budget) => {
  const [width, first, blank] = bind("indent", args, ["width", "first", "blank"]);
  const by =
    typeof width === "string"
      ? width
      : " ".repeat(width === undefined ? 4 : Math.min(needWhole("indent", width), 1e6));
  const lines = splitLines(`${text}\n`);
  budget.make(text.length + lines.length * by.length);
  const all = blank !== undefined && truth(blank);
  const body = lines.map((line, i) => (i > 0 && (all || line !== "") ? by + line : line)).join("\n");
  return first !== undefined && truth(first) ? by + body : body;
});

function checkCut(most: number, ending: string, leeway: Value | undefined): void {
  if (most < textLength(ending)) throw new TemplateError("truncate: the ending is longer than the length");
  if (leeway !== undefined && needWhole("truncate", leeway) < 0)
    throw new TemplateError("truncate: the leeway is below zero");
}

const truncate = overText((text, args) => {
  const [length, kill, end, leeway] = bind("truncate", args, ["length", "killwords", "end", "leeway"]);
  const most = length === undefined ? 255 : needWhole("truncate", length);
  const ending = end === undefined ? "..." : needText("truncate", end);
  checkCut(most, ending, leeway);
  const parts = letters(text);
  if (parts.length <= most + (leeway === undefined ? 5 : needWhole("truncate", leeway))) return text;
  const kept = parts.slice(0, Math.max(0, most - textLength(ending))).join("");
  if (kill !== undefined && truth(kill)) return kept + ending;
  const space = kept.lastIndexOf(" ");
  return (space < 0 ? kept : kept.slice(0, space)) + ending;
});

/** Something short that is no text is given back; longer, it cannot be cut. */
const truncateAny: Filter = (value, args, budget) => {
  if (typeof value === "string" || value instanceof Markup) return truncate(value, args, budget);
  const [length, , end, leeway] = bind("truncate", args, ["length", "killwords", "end", "leeway"]);
  const most = length === undefined ? 255 : needWhole("truncate", length);
  checkCut(most, end === undefined ? "..." : needText("truncate", end), leeway);
  if (lengthOf(value) <= most + (leeway === undefined ? 5 : needWhole("truncate", leeway))) return value;
  throw new TemplateError("truncate wants a text");
};

const json: Filter = (value, args, budget) => {
  const [ascii, width, separators, sort] = bind("tojson", args, [
    "ensure_ascii",
    "indent",
    "separators",
    "sort_keys",
  ]);
  const by =
    width == null
      ? undefined
      : typeof width === "string"
        ? width
        : " ".repeat(Math.min(1000, Math.max(0, needWhole("tojson", width))));
  const pair = separators instanceof Tuple ? separators.items : separators;
  if (pair != null && !(Array.isArray(pair) && pair.length === 2))
    throw new TemplateError("separators must be two texts");
  const made = toJson(
    value,
    {
      ascii: ascii !== undefined && truth(ascii),
      indent: by,
      separators:
        pair == null
          ? [by === undefined ? ", " : ",", ": "]
          : [needText("tojson", pair[0]), needText("tojson", pair[1])],
      sort: sort !== undefined && truth(sort),
    },
    budget,
  );
  return budget.text(made);
};

/** The title filter is Jinja2's own, without regard for letters that stand for two. */
const raise = (word: string) => {
  const [first = "", ...rest] = letters(word);
  return first.toUpperCase() + rest.join("").toLowerCase();
};

const OWN: readonly [string, Filter][] = [
  ["default", fallback],
  ["d", fallback],
  ["string", (value, _args, budget) => (value instanceof Markup ? value : textOf(value, budget))],
  ["upper", overText((text) => text.toUpperCase())],
  ["lower", overText((text) => text.toLowerCase())],
  ["capitalize", overText(capitalize)],
  [
    "title",
    overText((text) =>
      text
        .split(/([-\s({[<]+)/)
        .map(raise)
        .join(""),
    ),
  ],
  [
    "trim",
    overText((text, args) => {
      const [characters] = bind("trim", args, ["chars"]);
      return strip(text, "both", characters == null ? undefined : needText("trim", characters));
    }),
  ],
  [
    "replace",
    overText((text, args, budget) => {
      const [from, to, most] = bind("replace", args, ["old", "new", "count"]);
      if (from === undefined || to === undefined) throw new TemplateError("replace wants two texts");
      return replaceText(
        text,
        textOf(from, budget),
        textOf(to, budget),
        most == null ? -1 : needWhole("replace", most),
        budget,
      );
    }),
  ],
  [
    "center",
    overText((text, args, budget) => {
      const [width] = bind("center", args, ["width"]);
      const wanted = width === undefined ? 80 : needWhole("center", width);
      const missing = Math.max(0, wanted - textLength(text));
      budget.make(missing);
      const left = Math.floor(missing / 2) + (missing & wanted & 1);
      return " ".repeat(left) + text + " ".repeat(missing - left);
    }),
  ],
  ["indent", onlyText("indent", indent)],
  ["truncate", truncateAny],
  ["wordcount", (value, _args, budget) => textOf(value, budget).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0],
  [
    "format",
    (value, { positional, named }, budget) => {
      const values = named.size > 0 ? new Map(named) : new Tuple(positional);
      return percentText(textOf(value, budget), values, budget);
    },
  ],
  ["int", toWhole],
  ["float", toFloat],
  ["round", round],
  [
    "abs",
    (value) => {
      const number = numberOf(value);
      if (number === undefined) throw new TemplateError("abs wants a number");
      return value instanceof Float ? new Float(Math.abs(number)) : Math.abs(number);
    },
  ],
  ["tojson", json],
  ["safe", (value, _args, budget) => (value instanceof Markup ? value : new Markup(textOf(value, budget)))],
  ["escape", escapeFilter],
  ["e", escapeFilter],
  [
    "attr",
    (value, args, budget) => {
      const [name] = bind("attr", args, ["name"]);
      return onlyAttribute(value, needText("attr", name), budget);
    },
  ],
];

export const FILTERS: ReadonlyMap<string, Filter> = new Map([...OWN, ...LIST_FILTERS]);

/** Filters of Jinja2 that make web pages, or chance: no chat template has a use for them. */
const REFUSED = new Set([
  "filesizeformat",
  "forceescape",
  "pprint",
  "random",
  "striptags",
  "urlencode",
  "urlize",
  "wordwrap",
  "xmlattr",
]);

export function filterNamed(name: string): Filter {
  const found = FILTERS.get(name);
  if (found) return found;
  throw new TemplateError(
    REFUSED.has(name) ? `the filter '${name}' is not supported` : `No filter named '${name}'`,
  );
}
