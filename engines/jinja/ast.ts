/** What a template is made of. Grammar: jinja.palletsprojects.com/en/stable/templates */
import type { Value } from "./values";

export type Call = {
  positional: readonly Expression[];
  named: readonly (readonly [name: string, value: Expression])[];
  /** `*list` and `**dict`. */
  more?: Expression;
  moreNamed?: Expression;
};

export type Expression =
  | { is: "constant"; value: Value }
  | { is: "name"; name: string }
  | { is: "list" | "tuple" | "concat"; items: readonly Expression[] }
  | { is: "dict"; entries: readonly (readonly [Expression, Expression])[] }
  | { is: "attribute"; of: Expression; name: string }
  | { is: "item"; of: Expression; key: Expression }
  | { is: "slice"; of: Expression; start?: Expression; stop?: Expression; step?: Expression }
  | { is: "call"; callee: Expression; call: Call }
  /** `of` is missing where a block is filtered. */
  | { is: "filter"; of?: Expression; name: string; call: Call }
  | { is: "test"; of: Expression; name: string; call: Call }
  | { is: "not" | "negative" | "positive"; of: Expression }
  | { is: "and" | "or"; left: Expression; right: Expression }
  | { is: "arithmetic"; operator: string; left: Expression; right: Expression }
  | { is: "compare"; first: Expression; rest: readonly (readonly [operator: string, Expression])[] }
  | { is: "if"; condition: Expression; then: Expression; otherwise?: Expression };

export type Target =
  | { is: "name"; name: string }
  | { is: "namespace"; name: string; attribute: string }
  | { is: "targets"; items: readonly Target[] };

export type Parameter = { name: string; fallback?: Expression };

export type Statement =
  | { is: "text"; text: string }
  | { is: "print"; value: Expression }
  | {
      is: "if";
      branches: readonly (readonly [Expression, readonly Statement[]])[];
      otherwise: readonly Statement[];
    }
  | {
      is: "for";
      target: Target;
      items: Expression;
      condition?: Expression;
      recursive: boolean;
      body: readonly Statement[];
      otherwise: readonly Statement[];
    }
  | { is: "set"; target: Target; value: Expression }
  | { is: "set-block"; target: Target; filter?: Expression; body: readonly Statement[] }
  | { is: "macro"; name: string; parameters: readonly Parameter[]; body: readonly Statement[] }
  | { is: "call-block"; call: Expression; parameters: readonly Parameter[]; body: readonly Statement[] }
  | { is: "filter-block"; filter: Expression; body: readonly Statement[] }
  | { is: "with"; values: readonly (readonly [Target, Expression])[]; body: readonly Statement[] }
  | { is: "generation"; body: readonly Statement[] }
  | { is: "break" | "continue" };
