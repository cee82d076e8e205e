/** Expressions as functions of a scope. */
import type { Call, Expression } from "./ast";
import type { Frame } from "./frame";
import { attribute, item } from "./members";
import { arithmetic, contains, slice } from "./operators";
import { filter, isTrue } from "./select-filters";
import { TemplateError } from "./template-error";
import { textOf } from "./text";
import {
  type Arguments,
  Callable,
  compare,
  type Dict,
  equals,
  Float,
  itemsOf,
  keyOf,
  Loop,
  numberOf,
  orElse,
  Tuple,
  truth,
  typeName,
  Undefined,
  type Value,
} from "./values";

export type Evaluate = (frame: Frame) => Value;
type Of<Kind extends Expression["is"]> = Extract<Expression, { is: Kind }>;

/** `blockText` is what a filter with nothing in front of it works on. */
export function compileExpression(node: Expression, blockText?: Evaluate): Evaluate {
  const compiled = (inner: Expression) => compileExpression(inner, blockText);
  switch (node.is) {
    case "constant":
      return () => node.value;
    case "name":
      return (frame) => {
        frame.budget.spend(1);
        return frame.get(node.name);
      };
    case "list": {
      const items = node.items.map(compiled);
      return (frame) => items.map((one) => one(frame));
    }
    case "tuple": {
      const items = node.items.map(compiled);
      return (frame) => new Tuple(items.map((one) => one(frame)));
    }
    case "concat": {
      const items = node.items.map(compiled);
      return (frame) => {
        let text = "";
        for (const one of items) {
          const value = one(frame);
          text = frame.budget.text(text + textOf(value, frame.budget));
        }
        return text;
      };
    }
    case "dict": {
      const entries = node.entries.map(([key, value]) => [compiled(key), compiled(value)] as const);
      return (frame) => {
        const dict: Dict = new Map();
        for (const [key, value] of entries) dict.set(keyOf(key(frame)), value(frame));
        return dict;
      };
    }
    case "attribute": {
      const of = compiled(node.of);
      return (frame) => attribute(of(frame), node.name, frame.budget);
    }
    case "item": {
      const [of, key] = [compiled(node.of), compiled(node.key)];
      return (frame) => item(of(frame), key(frame), frame.budget);
    }
    case "slice": {
      const of = compiled(node.of);
      const parts = [node.start, node.stop, node.step].map((part) => (part ? compiled(part) : () => null));
      return (frame) =>
        slice(of(frame), [parts[0]!(frame), parts[1]!(frame), parts[2]!(frame)], frame.budget);
    }
    case "call":
      return compileCall(node, compiled);
    case "filter": {
      const of = node.of ? compiled(node.of) : blockText;
      if (!of) throw new TemplateError(`the filter '${node.name}' has nothing to work on`);
      const args = compileArguments(node.call, compiled);
      return (frame) => {
        const value = of(frame);
        frame.budget.read(value);
        return filter(node.name, value, args(frame), frame.budget);
      };
    }
    case "test": {
      const of = compiled(node.of);
      const args = compileArguments(node.call, compiled);
      return (frame) => {
        const value = of(frame);
        frame.budget.read(value);
        return isTrue(node.name, value, args(frame).positional, frame.budget);
      };
    }
    case "not": {
      const of = compiled(node.of);
      return (frame) => !truth(of(frame));
    }
    case "negative":
    case "positive": {
      const of = compiled(node.of);
      const sign = node.is === "negative" ? -1 : 1;
      return (frame) => {
        const value = of(frame);
        const number = numberOf(value);
        if (number === undefined)
          throw new TemplateError(`bad operand type for unary -: '${typeName(value)}'`);
        return value instanceof Float ? new Float(sign * number) : sign * number + 0;
      };
    }
    case "and":
    case "or": {
      const [left, right] = [compiled(node.left), compiled(node.right)];
      const goesOn = node.is === "and";
      return (frame) => {
        const value = left(frame);
        return truth(value) === goesOn ? right(frame) : value;
      };
    }
    case "arithmetic": {
      const [left, right] = [compiled(node.left), compiled(node.right)];
      return (frame) => {
        frame.budget.spend(1);
        return arithmetic(node.operator, left(frame), right(frame), frame.budget);
      };
    }
    case "compare":
      return compileComparison(node, compiled);
    case "if": {
      const [condition, then] = [compiled(node.condition), compiled(node.then)];
      const otherwise = node.otherwise
        ? compiled(node.otherwise)
        : () => new Undefined("the inline if-expression evaluated to false and no else section was defined.");
      return (frame) => (truth(condition(frame)) ? then(frame) : otherwise(frame));
    }
  }
}

function compileComparison(node: Of<"compare">, compiled: (node: Expression) => Evaluate): Evaluate {
  const first = compiled(node.first);
  const rest = node.rest.map(([operator, operand]) => [operator, compiled(operand)] as const);
  return (frame) => {
    let left = first(frame);
    for (const [operator, operand] of rest) {
      frame.budget.spend(1);
      const right = operand(frame);
      if (!holds(operator, left, right, frame)) return false;
      left = right;
    }
    return true;
  };
}

function holds(operator: string, left: Value, right: Value, { budget }: Frame): boolean {
  switch (operator) {
    case "==":
      return equals(left, right, budget);
    case "!=":
      return !equals(left, right, budget);
    case "in":
    case "not in": {
      if (Array.isArray(right)) budget.spend(right.length);
      else if (typeof right === "string") budget.spend(right.length >> 5);
      return contains(left, right, budget) === (operator === "in");
    }
    case "<":
      return compare(left, right, budget, operator) < 0;
    case "<=":
      return compare(left, right, budget, operator) <= 0;
    case ">":
      return compare(left, right, budget, operator) > 0;
    default:
      return compare(left, right, budget, operator) >= 0;
  }
}

export function compileArguments(
  call: Call,
  compiled: (node: Expression) => Evaluate,
): (frame: Frame) => Arguments {
  const positional = call.positional.map(compiled);
  const named = call.named.map(([name, value]) => [name, compiled(value)] as const);
  const more = call.more && compiled(call.more);
  const moreNamed = call.moreNamed && compiled(call.moreNamed);
  return (frame) => {
    const values = positional.map((one) => one(frame));
    if (more) {
      const rest = more(frame);
      frame.budget.read(rest);
      values.push(...itemsOf(rest).slice(0, 1000));
    }
    const names = new Map<string, Value>();
    for (const [name, value] of named) names.set(name, value(frame));
    const extra = moreNamed?.(frame);
    if (extra !== undefined) {
      if (!(extra instanceof Map)) throw new TemplateError("argument after ** must be a mapping");
      for (const [name, value] of extra) {
        if (typeof name !== "string" || names.has(name))
          throw new TemplateError(`got the argument '${String(name)}' twice`);
        names.set(name, value);
      }
    }
    return { positional: values, named: names };
  };
}

function compileCall(node: Of<"call">, compiled: (node: Expression) => Evaluate): Evaluate {
  const callee = compiled(node.callee);
  const args = compileArguments(node.call, compiled);
  return (frame) => {
    frame.budget.spend(1);
    const called = callee(frame);
    if (called instanceof Callable) return called.call(args(frame));
    if (called instanceof Loop && called.recurse) {
      const { positional } = args(frame);
      return called.recurse(orElse(positional[0], null));
    }
    if (called instanceof Undefined) throw new TemplateError(called.hint);
    throw new TemplateError(`'${typeName(called)}' object is not callable`);
  };
}
