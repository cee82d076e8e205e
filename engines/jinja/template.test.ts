import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseExactJson } from "./exact-json";
import { strftime } from "./strftime";
import { Template, TemplateError } from "./template";

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`./_fixtures/${name}`, import.meta.url), "utf8"));
const { context, templates } = read("snippets.json") as { context: object; templates: string[] };
const { results } = read("expected.json") as { results: { text?: string; error?: string }[] };
const NOON = { year: 2024, month: 7, day: 6, hour: 12, minute: 0, second: 0 };

/** Names of Jinja2 that are refused here although Transformers renders them. */
const REFUSED = new RegExp(
  [
    "\\| random|striptags|lipsum\\(\\)|10 \\*\\* 20|include|extends|\\| map \\}\\}",
    "\\{\\{ ([de]\\.items|ns|strftime_now|raise_exception) \\}\\}",
  ].join("|"),
);

function render(source: string, values: object = {}): string {
  return new Template(source).render({ ...values }, NOON).text;
}

describe("a template that nobody wrote means what it means to Transformers", () => {
  const { context: given, rows } = parseExactJson(
    readFileSync(new URL("./_fixtures/generated.json", import.meta.url), "utf8"),
  ) as { context: object; rows: { template: string; text?: string }[] };

  test.each(rows.map(({ template, text }) => [template, text] as const))("%j", (source, text) => {
    const make = () => render(source, given);
    if (text === undefined) expect(make).toThrow(TemplateError);
    else expect(make()).toBe(text);
  });
});

describe("a template means what it means to Transformers", () => {
  test.each(templates.map((source, i) => [source, results[i]!] as const))("%j", (source, { text }) => {
    const make = () => render(source, context);
    if (text === undefined || REFUSED.test(source)) expect(make).toThrow(TemplateError);
    else expect(make()).toBe(text);
  });

  test.each(read("dates.json") as [[number, number, number, number, number, number], string, string][])(
    "the moment %j as %s",
    ([year, month, day, hour, minute, second], format, text) => {
      expect(strftime(format, { year, month, day, hour, minute, second })).toBe(text);
    },
  );
});

describe("no template holds the process", () => {
  test("an empty list repeated is empty, and digits with a letter are no number, both at once", () => {
    expect(render("{{ ([] * 4000000000) | length }}")).toBe("0");
    expect(render("{{ ('1' * 900000 ~ 'x') | int }}")).toBe("0");
  });

  test("a macro in a loop is compiled once", () => {
    const body = "{{ a }}".repeat(20_000);
    expect(render(`{% for i in range(20000) %}{% macro m() %}${body}{% endmacro %}{% endfor %}done`)).toBe(
      "done",
    );
  });

  const endless: Record<string, string> = {
    "a large range": "{% for i in range(10**9) %}x{% endfor %}",
    "ranges in ranges":
      "{% for i in range(100000) %}{% for j in range(100000) %}{% for k in range(100000) %}{{ 1 }}{% endfor %}{% endfor %}{% endfor %}",
    "a text that doubles":
      "{% set ns = namespace(x='xxxxxxxx') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}",
    "a text that doubles by +":
      "{% set ns = namespace(x='x') %}{% for i in range(90) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "a list that doubles":
      "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "a text repeated": "{{ 'x' * 10**12 }}",
    "a list repeated": "{{ ([0] * 10**12) | length }}",
    "replacements that grow":
      "{% set ns = namespace(x='aa') %}{% for i in range(60) %}{% set ns.x = ns.x.replace('a', 'aa') %}{% endfor %}",
    "joins that grow":
      "{% set ns = namespace(x='aa') %}{% for i in range(60) %}{% set ns.x = ns.x.join(['b', 'b', 'b', 'b']) %}{% endfor %}",
    "a tuple that doubles":
      "{% set ns = namespace(t=(1,)) %}{% for i in range(60) %}{% set ns.t = ns.t + ns.t %}{% endfor %}",
    "long texts that are looked through":
      "{% set a = 'x' * 1000000 %}{% for i in range(100000) %}{{ a | length }}{% endfor %}",
    "long texts that are compared":
      "{% set a = 'x' * 1000000 %}{% set b = a ~ 'y' %}{% for i in range(100000) %}{{ a < b }}{% endfor %}",
    "a wide format": "{{ '%999999999d' % 1 }}",
    "a wide centre": "{{ 'x'.center(10**12) }}",
    "a deep indent":
      "{% set ns = namespace(x='a\nb') %}{% for i in range(60) %}{% set ns.x = (ns.x | indent(100000, true)) ~ '\n' ~ ns.x %}{% endfor %}",
    "a macro that calls itself": "{% macro m(n) %}{{ m(n) }}{% endmacro %}{{ m(1) }}",
    "a macro that calls itself twice":
      "{% macro m(n) %}{{ m(n + 1) if n < 90 }}{{ m(n + 1) if n < 90 }}{% endmacro %}{{ m(1) }}",
    "a recursive loop over itself": "{% set l = [1] %}{% for x in l recursive %}{{ loop(l) }}{% endfor %}",
    "lists nested by hand":
      "{% set ns = namespace(x=[]) %}{% for i in range(5000) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}",
    "lists nested and compared":
      "{% set ns = namespace(x=[], y=[]) %}{% for i in range(5000) %}{% set ns.x = [ns.x] %}{% set ns.y = [ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
    "lists nested and doubled in JSON":
      "{% set ns = namespace(x='abcdefgh') %}{% for i in range(40) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}",
    "lists nested and doubled in text":
      "{% set ns = namespace(x='abcdefgh') %}{% for i in range(40) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
    "lists nested and doubled and compared":
      "{% set ns = namespace(x='a', y='a') %}{% for i in range(40) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
    "a large power": "{{ 10 ** 400 }}{{ 10 ** 10 ** 10 }}",
    brackets: `{{ ${"(".repeat(50_000)}1${")".repeat(50_000)} }}`,
    lists: `{{ ${"[".repeat(50_000)}${"]".repeat(50_000)} }}`,
    nots: `{{ ${"not ".repeat(100_000)}1 }}`,
    minuses: `{{ ${"-".repeat(100_000)}1 }}`,
    tags: "{% if 1 %}".repeat(50_000) + "{% endif %}".repeat(50_000),
    "a long sum": `{{ 1${"+1".repeat(100_000)} }}`,
    "long members": `{{ a${".a".repeat(100_000)} }}`,
    "a long chain of filters": `{{ 1${"|abs".repeat(100_000)} }}`,
    "a long template": "x".repeat(2_000_000),
  };
  test.each(Object.entries(endless))("%s", (_, source) => {
    expect(() => render(source)).toThrow(TemplateError);
  });

  test("whatever stands in it, a template renders or is refused", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ..."{{ }} {% %} {# #} {%- -%} {{- -}} for in if else elif endif endfor set = ( ) [ ] { } | . , : ~ + - * / ** 'a' \"b\" 1 1.5 x messages loop is not defined macro m endmacro raw endraw call with generation break \n \\ range(9) namespace ns.x".split(
          " ",
        ),
      ),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        try {
          render(pieces.join(" "), { messages: [{ role: "user" }] });
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("names from outside are only names", () => {
    const names = '{"__proto__": 1, "constructor": 2, "toString": 3, "hasOwnProperty": 4, "valueOf": 5}';
    const d = JSON.parse(names) as object;
    expect(render("{% for k, v in d.items() %}{{ k }}{{ v }}{{ d[k] }} {% endfor %}", { d })).toBe(
      "__proto__11 constructor22 toString33 hasOwnProperty44 valueOf55 ",
    );
    expect(
      render("{{ x.constructor is defined }}{{ 'a'.constructor is defined }}{{ ''.__class__ is defined }}", {
        x: {},
      }),
    ).toBe("FalseFalseFalse");
    expect(() => render("{{ 'a'.__proto__.polluted }}")).toThrow(TemplateError);
    expect(() => render("{% set ns = namespace() %}{% set ns.__proto__ = 1 %}")).toThrow(/underscore/);
  });
});
