/** `a.b` and `a["b"]`, with the methods that the sandbox of Jinja2 allows. */
import { bind } from "./arguments";
import type { Budget } from "./budget";
import { type Follow, formatText } from "./format";
import { TemplateError } from "./template-error";
import { TEXT_METHODS } from "./text-methods";
import {
  type Arguments,
  Callable,
  type Dict,
  equals,
  Float,
  isAstral,
  keyOf,
  Loop,
  letters,
  Markup,
  Namespace,
  numberOf,
  orElse,
  Tuple,
  typeName,
  Undefined,
  type Value,
  View,
} from "./values";

/** Would change what the template was given: Transformers' sandbox refuses them. */
const CHANGES_LIST = new Set(["append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove"]);
const CHANGES_DICT = new Set(["clear", "pop", "popitem", "setdefault", "update"]);

/** `of.name`: a method first, then an entry. Undefined for what is not there. @throws TemplateError on an undefined `of` */
export function attribute(of: Value, name: string, budget: Budget): Value {
  return found(member(of, name, budget), () => found(entry(of, name, budget), () => missing(of, name)));
}

/** `of[key]`: an entry first, then a method. @throws TemplateError on an undefined `of` */
export function item(of: Value, key: Value, budget: Budget): Value {
  return found(entry(of, key, budget), () =>
    found(typeof key === "string" ? member(of, key, budget) : undefined, () => missing(of, key)),
  );
}

/** Only what Python's `getattr` finds, as the filter `attr` does. */
export function onlyAttribute(of: Value, name: string, budget: Budget): Value {
  return found(member(of, name, budget), () => missing(of, name));
}

/** Whether a dict can have it as a key; looking for anything else finds nothing. */
const isKey = (key: Value) =>
  key === null || typeof key !== "object" || key instanceof Float || key instanceof Markup;

/** None is found too. */
const found = (value: Value | undefined, otherwise: () => Value) =>
  value === undefined ? otherwise() : value;

function missing(of: Value, key: Value): Undefined {
  if (of instanceof Undefined) throw new TemplateError(of.hint);
  const what = of === null ? "None" : `${typeName(of)} object`;
  return new Undefined(
    typeof key === "string"
      ? `'${what}' has no attribute '${key}'`
      : `${what} has no element ${String(numberOf(key) ?? typeName(key))}`,
  );
}

function entry(of: Value, key: Value, budget: Budget): Value | undefined {
  if (of instanceof Map) {
    return isKey(key) ? of.get(keyOf(key)) : undefined;
  }
  const at = typeof key === "number" || typeof key === "boolean" ? Number(key) : undefined;
  if (at === undefined) return undefined;
  if (typeof of === "string" || of instanceof Markup) {
    const text = typeof of === "string" ? of : of.text;
    budget.read(text);
    const parts = isAstral(text) ? letters(text) : text;
    const letter = parts[at < 0 ? parts.length + at : at];
    return letter !== undefined && of instanceof Markup ? new Markup(letter) : letter;
  }
  const items = Array.isArray(of)
    ? of
    : of instanceof Tuple || (of instanceof View && of.kind === "range")
      ? of.items
      : undefined;
  return items?.at(at);
}

function member(of: Value, name: string, budget: Budget): Value | undefined {
  if (typeof of === "string" || of instanceof Markup) {
    const text = typeof of === "string" ? of : of.text;
    if (name === "format") {
      const follow: Follow = (value, field, key) =>
        field === undefined ? item(value, key, budget) : attribute(value, field, budget);
      return new Callable(name, (args) => formatText(text, args, budget, follow));
    }
    const method = TEXT_METHODS.get(name);
    return (
      method &&
      new Callable(name, (args) => {
        budget.read(text);
        const made = method(text, args, budget);
        return of instanceof Markup ? safeToo(made) : made;
      })
    );
  }
  if (of instanceof Map) {
    if (CHANGES_DICT.has(name)) return unsafe(of, name);
    return dictMethod(of, name);
  }
  if (Array.isArray(of)) {
    if (CHANGES_LIST.has(name)) return unsafe(of, name);
    return listMethod(of, name, budget) ?? (name === "copy" ? new Callable(name, () => [...of]) : undefined);
  }
  if (of instanceof Tuple) {
    const field = of.fields.indexOf(name);
    return field >= 0 ? of.items[field] : listMethod(of.items, name, budget);
  }
  if (of instanceof Namespace) return of.values.get(name);
  if (of instanceof Callable) return of.attributes.get(name);
  return of instanceof Loop ? loopMember(of, name) : undefined;
}

/** What is made of a safe text is safe. */
function safeToo(value: Value): Value {
  if (typeof value === "string") return new Markup(value);
  if (Array.isArray(value)) return value.map(safeToo);
  return value instanceof Tuple ? new Tuple(value.items.map(safeToo)) : value;
}

const unsafe = (of: Value, name: string) =>
  new Undefined(`access to attribute '${name}' of '${typeName(of)}' object is unsafe`);

function dictMethod(of: Dict, name: string): Value | undefined {
  const views: Record<string, () => View> = {
    keys: () => new View([...of.keys()], "dict_keys"),
    values: () => new View([...of.values()], "dict_values"),
    items: () => new View(pairs(of), "dict_items"),
  };
  if (name === "get") {
    return new Callable(name, (args) => {
      const [key, fallback] = bind("get", args, ["key", "default"]);
      if (key === undefined) throw new TemplateError("get wants a key");
      return orElse(key instanceof Undefined ? undefined : of.get(keyOf(key)), orElse(fallback, null));
    });
  }
  if (name === "copy") return new Callable(name, () => new Map(of));
  const view = Object.hasOwn(views, name) ? views[name] : undefined;
  return (
    view &&
    new Callable(name, (args) => {
      bind(name, args, []);
      return view();
    })
  );
}

export const pairs = (of: Dict) => [...of].map(([key, value]) => new Tuple([key, value]));

function listMethod(items: readonly Value[], name: string, budget: Budget): Value | undefined {
  if (name !== "index" && name !== "count") return undefined;
  return new Callable(name, (args: Arguments) => {
    const [wanted] = bind(name, args, ["value"]);
    if (wanted === undefined) throw new TemplateError(`${name} wants a value`);
    if (name === "count") return items.filter((one) => equals(one, wanted, budget)).length;
    const at = items.findIndex((one) => equals(one, wanted, budget));
    if (at < 0) throw new TemplateError("the value is not in the list");
    return at;
  });
}

function loopMember(loop: Loop, name: string): Value | undefined {
  const { index0, items, depth0 } = loop;
  switch (name) {
    case "index":
      return index0 + 1;
    case "index0":
      return index0;
    case "revindex":
      return items.length - index0;
    case "revindex0":
      return items.length - index0 - 1;
    case "first":
      return index0 === 0;
    case "last":
      return index0 === items.length - 1;
    case "length":
      return items.length;
    case "depth":
      return depth0 + 1;
    case "depth0":
      return depth0;
    case "previtem":
      return orElse(items[index0 - 1], new Undefined("there is no previous item"));
    case "nextitem":
      return orElse(items[index0 + 1], new Undefined("there is no next item"));
    case "cycle":
      return new Callable(name, ({ positional }) => {
        if (positional.length === 0) throw new TemplateError("no items for cycling given");
        return positional[index0 % positional.length]!;
      });
    case "changed":
      return new Callable(name, ({ positional }) => loop.changed([...positional]));
    default:
      return undefined;
  }
}
