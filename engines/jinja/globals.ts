/** Names that every template knows, as Transformers sets them. */
import { bind, needText, needWhole } from "./arguments";
import type { Budget } from "./budget";
import { setNamed } from "./compile";
import { limits } from "./limits";
import { type Clock, strftime } from "./strftime";
import { TemplateError } from "./template-error";
import { textOf } from "./text";
import {
  type Arguments,
  Callable,
  type Dict,
  itemsOf,
  keyOf,
  Namespace,
  orElse,
  type Value,
  View,
} from "./values";

/** @throws TemplateError of the template's own, by `raise_exception` */
export function globals(clock: Clock, budget: Budget): Map<string, Value> {
  const functions: [string, (args: Arguments) => Value][] = [
    ["range", range],
    ["dict", (args) => dictFrom(args)],
    ["namespace", namespace],
    ["joiner", joiner],
    ["cycler", cycler],
    [
      "raise_exception",
      (args) => {
        const [message] = bind("raise_exception", args, ["message"]);
        throw new TemplateError(textOf(orElse(message, ""), budget));
      },
    ],
    [
      "strftime_now",
      (args) => {
        const [format] = bind("strftime_now", args, ["format"]);
        return strftime(needText("strftime_now", format), clock);
      },
    ],
    [
      "lipsum",
      () => {
        throw new TemplateError("lipsum is not supported");
      },
    ],
  ];
  return new Map(functions.map(([name, call]) => [name, new Callable(name, call)]));
}

/** @throws TemplateError above the bound of Jinja2's sandbox */
function range({ positional }: Arguments): Value {
  const numbers = positional.map((value) => needWhole("range", value));
  if (numbers.length < 1 || numbers.length > 3) throw new TemplateError("range takes one to three numbers");
  const [start = 0, stop = 0, step = 1] = numbers.length === 1 ? [0, numbers[0]!] : numbers;
  if (step === 0) throw new TemplateError("range() arg 3 must not be zero");
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (length > limits.range)
    throw new TemplateError(`Range too big. The sandbox blocks ranges larger than ${limits.range}.`);
  const items = Array.from({ length }, (_, i) => start + i * step);
  return new View(
    items,
    "range",
    step === 1 ? `range(${start}, ${stop})` : `range(${start}, ${stop}, ${step})`,
  );
}

function dictFrom({ positional, named }: Arguments): Dict {
  const dict: Dict = new Map();
  const [source] = positional;
  if (source instanceof Map) for (const [key, value] of source) dict.set(key, value);
  else if (source !== undefined) {
    for (const pair of itemsOf(source)) {
      const [key, value, more] = itemsOf(pair);
      if (key === undefined || value === undefined || more !== undefined)
        throw new TemplateError("dict wants pairs of a key and a value");
      dict.set(keyOf(key), value);
    }
  }
  for (const [name, value] of named) dict.set(name, value);
  return dict;
}

function namespace(args: Arguments): Value {
  const space = new Namespace();
  for (const [name, value] of dictFrom(args)) setNamed(space, String(name), value);
  return space;
}

function joiner(args: Arguments): Value {
  const [separator] = bind("joiner", args, ["sep"]);
  let used = false;
  return new Callable("joiner", () => {
    if (used) return orElse(separator, ", ");
    used = true;
    return "";
  });
}

function cycler({ positional }: Arguments): Value {
  if (positional.length === 0) throw new TemplateError("at least one item has to be provided");
  const space = new Namespace();
  let at = 0;
  const show = () => space.values.set("current", positional[at % positional.length]!);
  space.values.set(
    "next",
    new Callable("next", () => {
      const value = positional[at % positional.length]!;
      at++;
      show();
      return value;
    }),
  );
  space.values.set(
    "reset",
    new Callable("reset", () => {
      at = 0;
      show();
      return null;
    }),
  );
  show();
  return space;
}
