/** Statements as functions that print. */
import type { Expression, Parameter, Statement, Target } from "./ast";
import { compileExpression, type Evaluate } from "./compile-expression";
import type { Frame, Page } from "./frame";
import { TemplateError } from "./template-error";
import { textOf } from "./text";
import {
  type Arguments,
  Callable,
  itemsOf,
  Loop,
  Markup,
  Namespace,
  orElse,
  Tuple,
  truth,
  Undefined,
  type Value,
} from "./values";

/** Whether the loop around goes on to its next round, or ends. What was printed stays. */
type Jump = "continue" | "break" | undefined;
export type Run = (frame: Frame, page: Page) => Jump;
type Of<Kind extends Statement["is"]> = Extract<Statement, { is: Kind }>;

export function compileBody(body: readonly Statement[]): Run {
  const steps = body.map(compileStatement);
  return (frame, page) => {
    for (const step of steps) {
      const jump = step(frame, page);
      if (jump) return jump;
    }
    return undefined;
  };
}

function compileStatement(node: Statement): Run {
  switch (node.is) {
    case "text":
      return (frame, page) => print(node.text, frame, page);
    case "print": {
      const value = compileExpression(node.value);
      return (frame, page) => print(textOf(value(frame), frame.budget), frame, page);
    }
    case "if":
      return compileIf(node);
    case "for":
      return compileFor(node);
    case "set": {
      const [value, assign] = [compileExpression(node.value), assigner(node.target)];
      return (frame) => {
        frame.budget.spend(1);
        assign(frame, value(frame));
        return undefined;
      };
    }
    case "set-block": {
      const [text, assign] = [aside(node.body, node.filter), assigner(node.target)];
      return (frame) => {
        assign(frame, text(frame));
        return undefined;
      };
    }
    case "macro": {
      const make = compileMacro(node.name, node.parameters, node.body);
      return (frame) => {
        frame.budget.spend(1);
        frame.set(node.name, make(frame));
        return undefined;
      };
    }
    case "call-block":
      return compileCallBlock(node);
    case "filter-block": {
      const text = aside(node.body, node.filter);
      return (frame, page) => {
        const value = text(frame);
        if (typeof value !== "string" && !(value instanceof Markup))
          throw new TemplateError("a filtered block must stay a text");
        return print(textOf(value, frame.budget), frame, page);
      };
    }
    case "with":
      return compileWith(node);
    case "generation": {
      const body = compileBody(node.body);
      return (frame, page) => {
        const start = page.text.length;
        const jump = body(frame.inner(), page);
        page.spans?.push({ start, end: page.text.length });
        return jump;
      };
    }
    case "break":
    case "continue":
      return () => node.is as "break" | "continue";
  }
}

function print(text: string, { budget }: Frame, page: Page): undefined {
  budget.spend(1);
  budget.print(page.text.length, text.length);
  page.text += text;
}

/** Runs a body beside the page and gives its text, filtered. */
function aside(body: readonly Statement[], filter?: Expression): Evaluate {
  const run = compileBody(body);
  const text: Evaluate = (frame) => {
    const page: Page = { text: "", spans: undefined };
    run(frame.inner(), page);
    return page.text;
  };
  return filter ? compileExpression(filter, text) : text;
}

function compileIf(node: Of<"if">): Run {
  const branches = node.branches.map(
    ([condition, body]) => [compileExpression(condition), compileBody(body)] as const,
  );
  const otherwise = compileBody(node.otherwise);
  return (frame, page) => {
    frame.budget.spend(1);
    for (const [condition, body] of branches) if (truth(condition(frame))) return body(frame, page);
    return otherwise(frame, page);
  };
}

function assigner(target: Target): (frame: Frame, value: Value) => void {
  if (target.is === "name") return (frame, value) => frame.set(target.name, value);
  if (target.is === "namespace") {
    return (frame, value) => {
      const space = frame.get(target.name);
      if (!(space instanceof Namespace))
        throw new TemplateError("cannot assign attribute on non-namespace object");
      setNamed(space, target.attribute, value);
    };
  }
  const parts = target.items.map(assigner);
  return (frame, value) => {
    const items = itemsOf(value);
    if (items.length !== parts.length) {
      const much = items.length > parts.length ? "too many" : "not enough";
      throw new TemplateError(`${much} values to unpack (expected ${parts.length})`);
    }
    for (const [i, part] of parts.entries()) part(frame, items[i]!);
  };
}

/** Transformers keeps names with a leading underscore out of namespaces. */
export function setNamed(space: Namespace, name: string, value: Value): void {
  if (name.startsWith("_"))
    throw new TemplateError(
      `Chat templates cannot store underscore-prefixed attributes on a namespace, but got '${name}'`,
    );
  space.values.set(name, value);
}

function compileFor(node: Of<"for">): Run {
  const items = compileExpression(node.items);
  const condition = node.condition && compileExpression(node.condition);
  const assign = assigner(node.target);
  const body = compileBody(node.body);
  const otherwise = compileBody(node.otherwise);

  const over = (value: Value, frame: Frame, page: Page, depth0: number): Jump => {
    let list = itemsOf(value);
    frame.budget.spend(list.length);
    if (condition) {
      list = list.filter((one) => {
        const inner = frame.inner();
        assign(inner, one);
        return truth(condition(inner));
      });
    }
    const recurse = node.recursive
      ? (inside: Value) =>
          frame.budget.nested(() => {
            const beside: Page = { text: "", spans: undefined };
            over(inside, frame, beside, depth0 + 1);
            return beside.text;
          })
      : undefined;
    const loop = new Loop(list, depth0, recurse, frame.budget);
    for (const [i, one] of list.entries()) {
      frame.budget.spend(1);
      const round = frame.inner();
      loop.index0 = i;
      round.set("loop", loop);
      assign(round, one);
      if (body(round, page) === "break") break;
    }
    if (list.length > 0) return undefined;
    return otherwise(frame.inner(), page);
  };
  return (frame, page) => over(items(frame), frame, page, 0);
}

function compileWith(node: Of<"with">): Run {
  const values = node.values.map(([target, value]) => [assigner(target), compileExpression(value)] as const);
  const body = compileBody(node.body);
  return (frame, page) => {
    const inner = frame.inner();
    const made = values.map(([assign, value]) => [assign, value(frame)] as const);
    for (const [assign, value] of made) assign(inner, value);
    return body(inner, page);
  };
}

/** Compiled once, wherever and however often it is defined. */
function compileMacro(
  name: string,
  parameters: readonly Parameter[],
  body: readonly Statement[],
): (frame: Frame) => Callable {
  const run = compileBody(body);
  const fallbacks = parameters.map(({ fallback }) => fallback && compileExpression(fallback));
  const mentions = namesIn(body);
  return (frame) => macro({ name, parameters, run, fallbacks, mentions }, frame);
}

type CompiledMacro = {
  name: string;
  parameters: readonly Parameter[];
  run: Run;
  fallbacks: readonly (Evaluate | undefined)[];
  mentions: ReadonlySet<string>;
};

function macro({ name, parameters, run, fallbacks, mentions }: CompiledMacro, frame: Frame): Callable {
  const call = ({ positional, named }: Arguments): Value => {
    const inner = frame.inner();
    const left = new Map(named);
    const caller = left.get("caller");
    left.delete("caller");
    if (caller !== undefined) inner.set("caller", caller);
    for (const [i, parameter] of parameters.entries()) {
      const given = i < positional.length ? positional[i] : left.get(parameter.name);
      if (positional[i] !== undefined && left.has(parameter.name))
        throw new TemplateError(`macro '${name}' got multiple values for argument '${parameter.name}'`);
      left.delete(parameter.name);
      const value =
        given === undefined
          ? orElse(fallbacks[i]?.(inner), new Undefined(`parameter '${parameter.name}' was not provided`))
          : given;
      inner.set(parameter.name, value);
    }
    if (mentions.has("kwargs")) inner.set("kwargs", new Map(left));
    else
      for (const other of left.keys())
        throw new TemplateError(`macro '${name}' takes no keyword argument '${other}'`);
    if (mentions.has("varargs")) inner.set("varargs", new Tuple(positional.slice(parameters.length)));
    else if (positional.length > parameters.length)
      throw new TemplateError(`macro '${name}' takes not more than ${parameters.length} argument(s)`);
    const page: Page = { text: "", spans: undefined };
    const jump = frame.budget.nested(() => run(inner, page));
    if (jump) throw new TemplateError(`'${jump}' outside loop`);
    return page.text;
  };
  return new Callable(
    name,
    call,
    new Map<string, Value>([
      ["name", name],
      ["arguments", new Tuple(parameters.map((one) => one.name))],
    ]),
  );
}

/** A name that no template can write. */
const CALLER = "\0caller";

function compileCallBlock(node: Of<"call-block">): Run {
  const { call } = node;
  if (call.is !== "call") throw new TemplateError("a call is expected");
  const make = compileMacro("caller", node.parameters, node.body);
  const named = [...call.call.named, ["caller", { is: "name", name: CALLER }] as const];
  const value = compileExpression({ ...call, call: { ...call.call, named } });
  return (frame, page) => {
    const inner = frame.inner();
    inner.set(CALLER, make(frame));
    return print(textOf(value(inner), frame.budget), frame, page);
  };
}

/** All names that a body reads: a macro takes spare arguments only when it asks for them. */
function namesIn(part: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(part)) for (const one of part) namesIn(one, found);
  else if (part !== null && typeof part === "object") {
    const node = part as { is?: string; name?: string };
    if (node.is === "name" && node.name !== undefined) found.add(node.name);
    for (const value of Object.values(part)) namesIn(value, found);
  }
  return found;
}
