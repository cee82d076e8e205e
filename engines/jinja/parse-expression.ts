/** Expressions, with the precedence of Jinja2's parser. */
import type { Call, Expression } from "./ast";
import type { Reader } from "./reader";
import { TemplateError } from "./template-error";
import { Float, type Value } from "./values";

export function parseExpression(r: Reader): Expression {
  return r.nested(() => {
    let then = parseOr(r);
    while (r.skipName("if")) {
      const condition = parseOr(r);
      then = r.skipName("else")
        ? { is: "if", condition, then, otherwise: parseExpression(r) }
        : { is: "if", condition, then };
    }
    return then;
  });
}

/** Without `a if b`, which a for would take for its own condition. */
export function parseOr(r: Reader): Expression {
  let left = parseAnd(r);
  while (r.skipName("or")) left = { is: "or", left, right: parseAnd(r) };
  return left;
}

function parseAnd(r: Reader): Expression {
  let left = parseNot(r);
  while (r.skipName("and")) left = { is: "and", left, right: parseNot(r) };
  return left;
}

function parseNot(r: Reader): Expression {
  if (r.isName("not")) {
    r.next();
    return r.nested(() => ({ is: "not", of: parseNot(r) }));
  }
  return parseCompare(r);
}

const COMPARISONS = ["==", "!=", "<", "<=", ">", ">="];

function parseCompare(r: Reader): Expression {
  const first = parseSum(r);
  const rest: [string, Expression][] = [];
  for (;;) {
    const { kind, text } = r.now;
    if (kind === "operator" && COMPARISONS.includes(text)) r.next();
    else if (r.isName("in")) r.next();
    else if (r.isName("not") && r.nextIsName("in")) {
      r.next();
      r.next();
      rest.push(["not in", parseSum(r)]);
      continue;
    } else break;
    rest.push([text, parseSum(r)]);
  }
  return rest.length === 0 ? first : { is: "compare", first, rest };
}

function leftToRight(r: Reader, operators: readonly string[], part: (r: Reader) => Expression): Expression {
  let left = part(r);
  while (r.now.kind === "operator" && operators.includes(r.now.text)) {
    const operator = r.next().text;
    left = { is: "arithmetic", operator, left, right: part(r) };
  }
  return left;
}

const parseSum = (r: Reader): Expression => leftToRight(r, ["+", "-"], parseConcat);

function parseConcat(r: Reader): Expression {
  const items = [parseProduct(r)];
  while (r.skip("~")) items.push(parseProduct(r));
  return items.length === 1 ? items[0]! : { is: "concat", items };
}

const parseProduct = (r: Reader): Expression => leftToRight(r, ["*", "/", "//", "%"], parsePower);
const parsePower = (r: Reader): Expression => leftToRight(r, ["**"], (part) => parseUnary(part, true));

function parseUnary(r: Reader, withFilters: boolean): Expression {
  let node: Expression;
  if (r.skip("-")) node = r.nested(() => ({ is: "negative", of: parseUnary(r, false) }));
  else if (r.skip("+")) node = r.nested(() => ({ is: "positive", of: parseUnary(r, false) }));
  else node = parsePrimary(r);
  node = parsePostfix(r, node);
  return withFilters ? parseFilters(r, node) : node;
}

const CONSTANTS = new Map<string, Value>([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["none", null],
  ["None", null],
]);

function parsePrimary(r: Reader): Expression {
  const { kind, text } = r.now;
  if (kind === "name") {
    r.next();
    const constant = CONSTANTS.get(text);
    return constant === undefined ? { is: "name", name: text } : { is: "constant", value: constant };
  }
  if (kind === "string") {
    let value = "";
    while (r.now.kind === "string") value += r.next().text;
    return { is: "constant", value };
  }
  if (kind === "number") return { is: "constant", value: numberFrom(r.next().text) };
  if (r.skip("(")) {
    const inside = r.is(")") ? ({ is: "tuple", items: [] } as const) : parseTuple(r);
    r.expect(")");
    return inside;
  }
  if (r.skip("[")) return { is: "list", items: parseItems(r, "]") };
  if (r.skip("{")) return parseDict(r);
  return r.fail("an expression is expected");
}

function numberFrom(text: string): Value {
  const plain = text.replaceAll("_", "");
  if (/^0[box]/i.test(plain)) return Number(plain);
  if (/[.e]/i.test(plain)) return new Float(Number(plain));
  const value = Number(plain);
  if (!Number.isSafeInteger(value)) throw new TemplateError(`the number ${text} is too large`);
  return value;
}

function parseItems(r: Reader, end: string): Expression[] {
  const items: Expression[] = [];
  while (!r.skip(end)) {
    if (items.length > 0) r.expect(",");
    if (r.skip(end)) break;
    items.push(parseExpression(r));
  }
  return items;
}

function parseDict(r: Reader): Expression {
  const entries: [Expression, Expression][] = [];
  while (!r.skip("}")) {
    if (entries.length > 0) r.expect(",");
    if (r.skip("}")) break;
    const key = parseExpression(r);
    r.expect(":");
    entries.push([key, parseExpression(r)]);
  }
  return { is: "dict", entries };
}

/** `a` or `a, b`. `part` is how each of them is read. */
export function parseTuple(r: Reader, part: (r: Reader) => Expression = parseExpression): Expression {
  const items = [part(r)];
  if (!r.is(",")) return items[0]!;
  while (r.skip(",")) {
    if (r.is(")") || r.now.kind === "block-end" || r.now.kind === "print-end" || r.isName("in")) break;
    items.push(part(r));
  }
  return { is: "tuple", items };
}

function parsePostfix(r: Reader, start: Expression): Expression {
  let node = start;
  for (;;) {
    if (r.skip(".")) {
      if (r.now.kind === "number") {
        const key = r.next().text;
        if (!/^\d+$/.test(key)) r.fail("a whole number is expected");
        node = { is: "item", of: node, key: { is: "constant", value: Number(key) } };
      } else node = { is: "attribute", of: node, name: r.name() };
    } else if (r.skip("[")) node = parseSubscript(r, node);
    else if (r.is("(")) node = { is: "call", callee: node, call: parseCall(r) };
    else return node;
  }
}

function parseSubscript(r: Reader, of: Expression): Expression {
  const parts: (Expression | undefined)[] = [];
  let colons = 0;
  while (!r.is("]")) {
    if (r.skip(":")) {
      colons++;
      if (parts.length < colons) parts.push(undefined);
      if (colons > 2) r.fail("']' is expected");
    } else {
      if (parts.length > colons) r.fail("']' is expected");
      parts.push(parseExpression(r));
    }
  }
  r.expect("]");
  const [start, stop, step] = parts;
  if (colons === 0) {
    if (!start) r.fail("an expression is expected in []");
    return { is: "item", of, key: start! };
  }
  return { is: "slice", of, ...(start && { start }), ...(stop && { stop }), ...(step && { step }) };
}

export function parseCall(r: Reader): Call {
  r.expect("(");
  const positional: Expression[] = [];
  const named: [string, Expression][] = [];
  let more: Expression | undefined;
  let moreNamed: Expression | undefined;
  let first = true;
  while (!r.skip(")")) {
    if (!first) {
      r.expect(",");
      if (r.skip(")")) break;
    }
    first = false;
    if (r.skip("*")) more = parseExpression(r);
    else if (r.skip("**")) moreNamed = parseExpression(r);
    else {
      const value = parseExpression(r);
      if (value.is === "name" && r.skip("=")) named.push([value.name, parseExpression(r)]);
      else if (named.length > 0 || more || moreNamed) r.fail("named arguments come last");
      else positional.push(value);
    }
  }
  return { positional, named, ...(more && { more }), ...(moreNamed && { moreNamed }) };
}

const NO_CALL: Call = { positional: [], named: [] };

function parseFilters(r: Reader, start: Expression): Expression {
  let node = start;
  for (;;) {
    if (r.skip("|")) node = parseFilter(r, node);
    else if (r.isName("is")) node = parseTest(r, node);
    else if (r.is("(")) node = { is: "call", callee: node, call: parseCall(r) };
    else return node;
  }
}

/** After the `|`. */
export function parseFilter(r: Reader, of: Expression | undefined): Expression {
  const name = dotted(r);
  return { is: "filter", ...(of && { of }), name, call: r.is("(") ? parseCall(r) : NO_CALL };
}

/** `a | b | c` with nothing in front, as a block is filtered. */
export function parseFilterChain(r: Reader): Expression {
  let node = parseFilter(r, undefined);
  while (r.skip("|")) node = parseFilter(r, node);
  return node;
}

function dotted(r: Reader): string {
  let name = r.name();
  while (r.skip(".")) name += `.${r.name()}`;
  return name;
}

function parseTest(r: Reader, of: Expression): Expression {
  r.next();
  const negated = r.skipName("not");
  const name = dotted(r);
  let call = NO_CALL;
  const { kind, text } = r.now;
  const begins =
    kind === "string" || kind === "number" || (kind === "operator" && (text === "[" || text === "{"));
  if (r.is("(")) call = parseCall(r);
  else if (begins || (kind === "name" && !["else", "or", "and"].includes(text))) {
    // Any other word is the test's argument, as in Jinja2: `x is defined if y` is no condition there either.
    if (text === "is" && kind === "name") r.fail("tests cannot be chained");
    call = { positional: [parsePostfix(r, parsePrimary(r))], named: [] };
  }
  const test: Expression = { is: "test", of, name, call };
  return negated ? { is: "not", of: test } : test;
}
