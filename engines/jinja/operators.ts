/** Arithmetic and membership, as Python defines them. */
import type { Budget } from "./budget";
import { percentText } from "./format";
import { TemplateError } from "./template-error";
import { escapeHtml } from "./text";
import {
  equals,
  Float,
  isAstral,
  itemsOf,
  keyOf,
  letters,
  Markup,
  numberOf,
  Tuple,
  typeName,
  Undefined,
  type Value,
  View,
  whole,
} from "./values";

export function arithmetic(operator: string, left: Value, right: Value, budget: Budget): Value {
  // Nothing is asked of it where the text has no place for it.
  if (operator === "%" && typeof left === "string" && !left.includes("%") && right instanceof Undefined)
    return left;
  for (const side of [left, right]) if (side instanceof Undefined) throw new TemplateError(side.hint);
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined)
    return ofNumbers(operator, a, b, left instanceof Float || right instanceof Float);
  if (operator === "%" && typeof left === "string") return percentText(left, right, budget);
  if (operator === "+") {
    if (typeof left === "string" && typeof right === "string") return budget.text(left + right);
    if (Array.isArray(left) && Array.isArray(right)) {
      budget.make(left.length + right.length);
      return [...left, ...right];
    }
    if (left instanceof Tuple && right instanceof Tuple) {
      budget.make(left.items.length + right.items.length);
      return new Tuple([...left.items, ...right.items]);
    }
    const safe = [left, right].map((side) => (typeof side === "string" ? escapeHtml(side) : side));
    if (safe.some((side) => side instanceof Markup) && safe.every((side) => side instanceof Markup))
      return new Markup(budget.text(safe.map(({ text }) => text).join("")));
  }
  if (operator === "*") {
    const [many, by] = a === undefined ? [left, right] : [right, left];
    const times = by instanceof Float ? undefined : numberOf(by);
    if (times !== undefined && (typeof many === "string" || Array.isArray(many)))
      return repeat(many, times, budget);
    if (times !== undefined && many instanceof Tuple)
      return new Tuple(repeat([...many.items], times, budget) as Value[]);
  }
  if (operator === "+" && typeof left === "string")
    throw new TemplateError(`can only concatenate str (not "${typeName(right)}") to str`);
  throw new TemplateError(
    `unsupported operand type(s) for ${operator}: '${typeName(left)}' and '${typeName(right)}'`,
  );
}

function repeat(many: string | Value[], times: number, budget: Budget): Value {
  const count = Math.max(0, times);
  if (many.length === 0) return many;
  budget.make(many.length * count);
  if (typeof many === "string") return many.repeat(count);
  return Array.from({ length: count }, () => many).flat(1);
}

function ofNumbers(operator: string, a: number, b: number, float: boolean): Value {
  const made = (value: number) => (float ? new Float(value) : whole(value));
  if (["/", "//", "%"].includes(operator) && b === 0) throw new TemplateError("division by zero");
  switch (operator) {
    case "+":
      return made(a + b);
    case "-":
      return made(a - b);
    case "*":
      return made(a * b);
    case "/":
      return new Float(a / b);
    case "//":
      return made(Math.floor(a / b));
    case "%":
      return made(a - b * Math.floor(a / b));
    default: {
      if (a === 0 && b < 0) throw new TemplateError("0.0 cannot be raised to a negative power");
      const power = a ** b;
      if (Number.isNaN(power)) throw new TemplateError("a power is no real number");
      return float || b < 0 ? new Float(power) : whole(power);
    }
  }
}

/** `wanted in where`. */
export function contains(wanted: Value, where: Value, budget: Budget): boolean {
  if (typeof where === "string" || where instanceof Markup) {
    const text = typeof where === "string" ? where : where.text;
    if (typeof wanted === "string") return text.includes(wanted);
    if (wanted instanceof Markup) return text.includes(wanted.text);
    if (wanted instanceof Undefined) throw new TemplateError(wanted.hint);
    throw new TemplateError(`'in <string>' requires string as left operand, not ${typeName(wanted)}`);
  }
  if (where instanceof Map)
    return !(wanted instanceof Undefined || wanted instanceof Tuple) && where.has(keyOf(wanted));
  if (where === null || typeof where !== "object" || where instanceof Float)
    throw new TemplateError(`argument of type '${typeName(where)}' is not iterable`);
  return itemsOf(where).some((one) => equals(one, wanted, budget));
}

/** `of[start:stop:step]`. */
export function slice(of: Value, parts: [Value, Value, Value], budget: Budget): Value {
  const [start, stop, step] = parts.map((part) => {
    if (part === null || part instanceof Undefined) return undefined;
    if (typeof part === "number" || typeof part === "boolean") return Number(part);
    throw new TemplateError("slice indices must be integers or None");
  });
  if (typeof of === "string" || of instanceof Markup) {
    const text = typeof of === "string" ? of : of.text;
    budget.make(text.length);
    if (!isAstral(text) && (step ?? 1) === 1) return text.slice(...places(text.length, start, stop, 1));
    return cut(letters(text), start, stop, step).join("");
  }
  if (of instanceof Undefined) throw new TemplateError(of.hint);
  const items = of instanceof Tuple || (of instanceof View && of.kind === "range") ? of.items : of;
  if (!Array.isArray(items)) throw new TemplateError(`'${typeName(of)}' object cannot be cut with [:]`);
  budget.make(items.length);
  const part = cut(items as Value[], start, stop, step);
  if (of instanceof View) return cutRange(of, part as number[], start, stop, step);
  return of instanceof Tuple ? new Tuple(part) : part;
}

/** Part of a range is a range, which shows its bounds. */
function cutRange(
  { items }: View,
  part: number[],
  start: number | undefined,
  stop: number | undefined,
  step = 1,
): View {
  const all = items as readonly number[];
  const by = all.length > 1 ? all[1]! - all[0]! : 1;
  const [from, to] = places(all.length, start, stop, step);
  const first = all.length > 0 ? all[0]! : 0;
  const shown = [first + from * by, first + to * by, ...(by * step === 1 ? [] : [by * step])];
  return new View(part, "range", `range(${shown.join(", ")})`);
}

function places(
  length: number,
  start: number | undefined,
  stop: number | undefined,
  step: number,
): [number, number] {
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const place = (at: number | undefined, fallback: number) =>
    at === undefined ? fallback : Math.min(Math.max(at < 0 ? at + length : at, low), high);
  return step > 0 ? [place(start, 0), place(stop, length)] : [place(start, length - 1), place(stop, -1)];
}

function cut<T>(items: readonly T[], start: number | undefined, stop: number | undefined, step = 1): T[] {
  if (step === 0) throw new TemplateError("slice step cannot be zero");
  const [from, to] = places(items.length, start, stop, step);
  if (step === 1) return items.slice(from, to);
  const part: T[] = [];
  for (let at = from; step > 0 ? at < to : at > to; at += step) part.push(items[at]!);
  return part;
}
