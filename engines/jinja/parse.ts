/** Statements of a template. */
import type { Expression, Parameter, Statement, Target } from "./ast";
import { parseExpression, parseFilterChain, parseOr, parseTuple } from "./parse-expression";
import { Reader } from "./reader";
import { TemplateError } from "./template-error";
import { tokensOf } from "./tokens";

/** @throws TemplateError */
export function parseTemplate(source: string): Statement[] {
  const r = new Reader(tokensOf(source));
  return parseBody(r, []);
}

/** Up to one of `ends`, which is left to be read; up to the end of the template when there are none. */
function parseBody(r: Reader, ends: readonly string[]): Statement[] {
  return r.nested(() => {
    const body: Statement[] = [];
    for (;;) {
      const { kind } = r.now;
      if (kind === "end") {
        if (ends.length > 0) r.fail(`{% ${ends.at(-1)} %} is missing`);
        return body;
      }
      if (kind === "data") body.push({ is: "text", text: r.next().text });
      else if (kind === "print") {
        r.next();
        body.push({ is: "print", value: parseTuple(r) });
        r.expectKind("print-end");
      } else {
        r.next();
        if (r.isName(...ends)) return body;
        const statement = parseStatement(r);
        if (statement) body.push(statement);
      }
    }
  });
}

/** Those that Jinja2 has and chat templates cannot use: there is no second file, and no translation. */
const REFUSED = new Set([
  "include",
  "import",
  "from",
  "extends",
  "block",
  "do",
  "trans",
  "autoescape",
  "debug",
]);

function parseStatement(r: Reader): Statement | undefined {
  const name = r.name();
  switch (name) {
    case "print": {
      const items = [parseExpression(r)];
      while (r.skip(",")) items.push(parseExpression(r));
      end(r);
      return { is: "print", value: { is: "concat", items } };
    }
    case "if":
      return parseIf(r);
    case "for":
      return parseFor(r);
    case "set":
      return parseSet(r);
    case "macro":
      return parseMacro(r);
    case "call":
      return parseCallBlock(r);
    case "filter": {
      const filter = parseFilterChain(r);
      end(r);
      return { is: "filter-block", filter, body: bodyTo(r, "endfilter") };
    }
    case "with":
      return parseWith(r);
    case "generation":
      end(r);
      return { is: "generation", body: bodyTo(r, "endgeneration") };
    case "break":
    case "continue":
      end(r);
      return { is: name };
    default: {
      const what = REFUSED.has(name) ? `{% ${name} %} is not supported` : `unknown tag '${name}'`;
      throw new TemplateError(`line ${r.now.line}: ${what}`);
    }
  }
}

const end = (r: Reader) => r.expectKind("block-end");

function bodyTo(r: Reader, name: string): Statement[] {
  const body = parseBody(r, [name]);
  r.expectName(name);
  end(r);
  return body;
}

function parseIf(r: Reader): Statement {
  const branches: [Expression, Statement[]][] = [];
  let otherwise: Statement[] = [];
  for (;;) {
    const condition = parseTuple(r, parseOr);
    end(r);
    branches.push([condition, parseBody(r, ["elif", "else", "endif"])]);
    if (r.skipName("elif")) continue;
    if (r.skipName("else")) {
      end(r);
      otherwise = parseBody(r, ["endif"]);
    }
    r.expectName("endif");
    end(r);
    return { is: "if", branches, otherwise };
  }
}

function parseFor(r: Reader): Statement {
  const target = parseTarget(r);
  r.expectName("in");
  const items = parseTuple(r, parseOr);
  const condition = r.skipName("if") ? parseExpression(r) : undefined;
  const recursive = r.skipName("recursive");
  end(r);
  const body = parseBody(r, ["else", "endfor"]);
  let otherwise: Statement[] = [];
  if (r.skipName("else")) {
    end(r);
    otherwise = parseBody(r, ["endfor"]);
  }
  r.expectName("endfor");
  end(r);
  return { is: "for", target, items, ...(condition && { condition }), recursive, body, otherwise };
}

/** `a`, `a.b`, `a, b` or `(a, b)`. */
function parseTarget(r: Reader): Target {
  const items = [parseOneTarget(r)];
  let several = false;
  while (r.skip(",")) {
    several = true;
    if (r.isName("in") || r.is("=") || r.is(")")) break;
    items.push(parseOneTarget(r));
  }
  return several ? { is: "targets", items } : items[0]!;
}

function parseOneTarget(r: Reader): Target {
  if (r.skip("(")) {
    const inside = r.nested(() => parseTarget(r));
    r.expect(")");
    return inside;
  }
  const name = r.name();
  if (r.skip(".")) return { is: "namespace", name, attribute: r.name() };
  if (["true", "false", "none", "True", "False", "None"].includes(name)) r.fail(`'${name}' cannot be set`);
  return { is: "name", name };
}

function parseSet(r: Reader): Statement {
  const target = parseTarget(r);
  if (r.skip("=")) {
    const value = parseTuple(r);
    end(r);
    return { is: "set", target, value };
  }
  const filter = r.skip("|") ? parseFilterChain(r) : undefined;
  end(r);
  return { is: "set-block", target, ...(filter && { filter }), body: bodyTo(r, "endset") };
}

function parseParameters(r: Reader): Parameter[] {
  r.expect("(");
  const parameters: Parameter[] = [];
  while (!r.skip(")")) {
    if (parameters.length > 0) r.expect(",");
    const name = r.name();
    if (parameters.some((other) => other.name === name)) r.fail(`the parameter ${name} is named twice`);
    if (r.skip("=")) parameters.push({ name, fallback: parseExpression(r) });
    else if (parameters.at(-1)?.fallback) r.fail("a parameter without default follows one with a default");
    else parameters.push({ name });
  }
  return parameters;
}

function parseMacro(r: Reader): Statement {
  const name = r.name();
  const parameters = parseParameters(r);
  end(r);
  return { is: "macro", name, parameters, body: bodyTo(r, "endmacro") };
}

function parseCallBlock(r: Reader): Statement {
  const parameters = r.is("(") ? parseParameters(r) : [];
  const call = parseExpression(r);
  if (call.is !== "call") r.fail("a call is expected");
  end(r);
  return { is: "call-block", call, parameters, body: bodyTo(r, "endcall") };
}

function parseWith(r: Reader): Statement {
  const values: [Target, Expression][] = [];
  while (r.now.kind !== "block-end") {
    if (values.length > 0) r.expect(",");
    const target = parseOneTarget(r);
    r.expect("=");
    values.push([target, parseExpression(r)]);
  }
  end(r);
  return { is: "with", values, body: bodyTo(r, "endwith") };
}
