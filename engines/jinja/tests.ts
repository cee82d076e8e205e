/** What stands behind `is`. */
import type { Budget } from "./budget";
import { contains } from "./operators";
import { TemplateError } from "./template-error";
import { textOf } from "./text";
import {
  Callable,
  compare,
  equals,
  Float,
  keyOf,
  Markup,
  Namespace,
  numberOf,
  Tuple,
  Undefined,
  type Value,
  View,
} from "./values";

type Test = (value: Value, args: readonly Value[], known: Known) => boolean;
/** Names of filters and tests, which templates may ask for. */
export type Known = { filters: { has(name: string): boolean }; budget: Budget };

const parity = (rest: number) => (value: Value) => {
  const number = numberOf(value);
  if (number === undefined) throw new TemplateError("only numbers are odd or even");
  return Math.abs(number % 2) === rest;
};
const one = (args: readonly Value[], name: string): Value => {
  const [only] = args;
  if (only === undefined || args.length !== 1) throw new TemplateError(`the test ${name} takes one argument`);
  return only;
};
const ordered =
  (name: string, holds: (order: number) => boolean): Test =>
  (value, args, { budget }) =>
    holds(compare(value, one(args, name), budget));
const isText = (value: Value) => typeof value === "string" || value instanceof Markup;
const isNameOf = (value: Value, names: { has(name: string): boolean }) => {
  if (Array.isArray(value) || value instanceof Map) keyOf(value);
  return typeof value === "string" && names.has(value);
};
const isWhole = (value: Value) => typeof value === "number" || typeof value === "bigint";
const inCase =
  (own: RegExp, other: RegExp): Test =>
  (value, _args, { budget }) => {
    const text = textOf(value, budget);
    return own.test(text) && !other.test(text);
  };
const equal: Test = (value, args, { budget }) => equals(value, one(args, "eq"), budget);
const unequal: Test = (value, args, { budget }) => !equals(value, one(args, "ne"), budget);
const [less, atMost, more, atLeast] = [
  ordered("lt", (order) => order < 0),
  ordered("le", (order) => order <= 0),
  ordered("gt", (order) => order > 0),
  ordered("ge", (order) => order >= 0),
];

export const TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ["defined", (value) => !(value instanceof Undefined)],
  ["undefined", (value) => value instanceof Undefined],
  ["none", (value) => value === null],
  ["boolean", (value) => typeof value === "boolean"],
  ["true", (value) => value === true],
  ["false", (value) => value === false],
  ["integer", isWhole],
  ["float", (value) => value instanceof Float],
  ["number", (value) => isWhole(value) || numberOf(value) !== undefined],
  ["string", isText],
  ["mapping", (value) => value instanceof Map],
  [
    "sequence",
    (value) =>
      isText(value) ||
      Array.isArray(value) ||
      value instanceof Map ||
      value instanceof Tuple ||
      value instanceof Undefined ||
      (value instanceof View && value.kind === "range"),
  ],
  [
    "iterable",
    (value) =>
      isText(value) ||
      (value !== null &&
        typeof value === "object" &&
        !(value instanceof Float || value instanceof Callable || value instanceof Namespace)),
  ],
  // What is undefined can be called too, to its error.
  ["callable", (value) => value instanceof Callable || value instanceof Undefined],
  ["sameas", (value, args) => value === one(args, "sameas")],
  ["odd", parity(1)],
  ["even", parity(0)],
  [
    "divisibleby",
    (value, args) => {
      const [a, b] = [numberOf(value), numberOf(one(args, "divisibleby"))];
      if (a === undefined || !b) throw new TemplateError("divisibleby wants numbers");
      return a % b === 0;
    },
  ],
  ["lower", inCase(/\p{Ll}/u, /\p{Lu}|\p{Lt}/u)],
  ["upper", inCase(/\p{Lu}/u, /\p{Ll}|\p{Lt}/u)],
  ["in", (value, args, { budget }) => contains(value, one(args, "in"), budget)],
  ["escaped", (value) => value instanceof Markup],
  ["filter", (value, _args, { filters }) => isNameOf(value, filters)],
  ["test", (value) => isNameOf(value, TESTS)],
  ["eq", equal],
  ["equalto", equal],
  ["==", equal],
  ["ne", unequal],
  ["!=", unequal],
  ["lt", less],
  ["lessthan", less],
  ["<", less],
  ["le", atMost],
  ["<=", atMost],
  ["gt", more],
  ["greaterthan", more],
  [">", more],
  ["ge", atLeast],
  [">=", atLeast],
]);

export function test(name: string, value: Value, args: readonly Value[], known: Known): boolean {
  const found = TESTS.get(name);
  if (!found) throw new TemplateError(`No test named '${name}'`);
  return found(value, args, known);
}
