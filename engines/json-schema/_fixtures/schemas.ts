/** JSON Schemas of the forms that clients send, with answers that fit and that do not. */
type Json = Record<string, unknown>;

export type Held = {
  what: string;
  schema: Json;
  /** Written by the grammar, valid for the check. `RAW ` stands before text that is not spelled as JSON.stringify does. */
  fits: unknown[];
  /** Never written. */
  not: unknown[];
  /** Refused by the check, whatever the grammar says. */
  leftToCheck?: unknown[];
};

const object = (properties: Json, over: Json = {}): Json => ({ type: "object", properties, ...over });
const text = { type: "string" };

export const HELD: Held[] = [
  {
    what: "the strict form of OpenAI",
    schema: object(
      { name: text, age: { type: "integer" } },
      { required: ["name", "age"], additionalProperties: false },
    ),
    fits: [{ name: "Ana", age: 3 }, 'RAW {\n  "name": "Ana",\n  "age": 3\n}'],
    not: [
      { name: "Ana" },
      { age: 3, name: "Ana" },
      { name: "Ana", age: 3.5 },
      { name: "Ana", age: 3, more: 1 },
    ],
  },
  {
    what: "an object without `required` gets all its properties",
    schema: object({ a: text, b: { type: "boolean" } }),
    fits: [{ a: "", b: true }],
    not: [{ a: "" }, {}],
  },
  {
    what: "optional properties at the start, in the middle and at the end",
    schema: object({ a: text, b: text, c: text, d: text }, { required: ["b"] }),
    fits: [{ b: "1" }, { a: "1", b: "2" }, { b: "1", d: "2" }, { a: "1", b: "2", c: "3", d: "4" }],
    not: [{}, { a: "1" }, { a: "1", c: "3" }, { b: "1", a: "2" }],
  },
  {
    what: "`required: []`: everything may be left out",
    schema: object({ a: text, b: text }, { required: [] }),
    fits: [{}, { a: "1" }, { b: "1" }, { a: "1", b: "2" }],
    not: [{ b: "1", a: "2" }, { c: 1 }],
  },
  {
    what: "a required property that is not described",
    schema: object({ a: text }, { required: ["a", "z"] }),
    fits: [
      { a: "1", z: null },
      { a: "1", z: [1, { x: 2 }] },
    ],
    not: [{ a: "1" }],
  },
  {
    what: "names with quotes, line ends, emoji and `__proto__`",
    schema: JSON.parse(
      '{"type":"object","properties":{"a \\"b\\"":{"type":"null"},"x\\ny":{"type":"null"},"🙂":{"type":"null"},"__proto__":{"type":"null"}}}',
    ) as Json,
    fits: ['RAW {"a \\"b\\"":null,"x\\ny":null,"🙂":null,"__proto__":null}'],
    not: [{}],
  },
  {
    what: "a union of types",
    schema: { type: ["string", "null", "integer"] },
    fits: ["x", null, 7],
    not: [7.5, true, [], {}],
  },
  { what: "OpenAPI's nullable", schema: { type: "string", nullable: true }, fits: ["x"], not: [1] },
  {
    what: "the empty schema",
    schema: {},
    fits: [1, "a", null, [1, [2]], { a: { b: [] } }, -0.5, true],
    not: [],
  },
  {
    what: "any object",
    schema: { type: "object" },
    fits: [{}, { a: 1, b: { c: [null] } }],
    not: [[], "x", 1],
  },
  {
    what: "an object that stays empty",
    schema: object({}, { additionalProperties: false }),
    fits: [{}],
    not: [{ a: 1 }],
  },
  {
    what: "a map of integers",
    schema: { type: "object", additionalProperties: { type: "integer" } },
    fits: [{}, { a: 1, b: 2 }],
    not: [{ a: "x" }],
  },
  {
    what: "named properties and more of one type: a name is never written twice",
    schema: object({ id: text, idea: text }, { required: ["id"], additionalProperties: { type: "integer" } }),
    fits: [{ id: "x" }, { id: "x", idea: "y", other: 1 }, { id: "x", i: 1, idem: 2, ideas: 3 }],
    not: [{ id: "x", other: "y" }, 'RAW {"id":"x","id":1}', { id: "x", more: 1, idea: 2 }],
  },
  {
    what: "a map with a count",
    schema: { type: "object", additionalProperties: { type: "null" }, minProperties: 1, maxProperties: 2 },
    fits: [{ a: null }, { a: null, b: null }],
    not: [{}, { a: null, b: null, c: null }],
  },
  {
    what: "names by a pattern",
    schema: { type: "object", patternProperties: { "^x-[a-z]+$": text }, additionalProperties: false },
    fits: [{}, { "x-a": "1" }, { "x-a": "1", "x-bc": "2" }],
    not: [{ a: "1" }, { "x-a": 1 }],
  },
  {
    what: "names out of a list (pydantic's dict of an enum)",
    schema: {
      type: "object",
      propertyNames: { $ref: "#/$defs/Day" },
      additionalProperties: { type: "number" },
      $defs: { Day: { enum: ["mon", "tue"] } },
    },
    fits: [{ mon: 1 }, { mon: 1, tue: 2.5 }],
    not: [{ wed: 1 }],
  },
  {
    what: "a list with bounds",
    schema: { type: "array", items: { type: "boolean" }, minItems: 1, maxItems: 3 },
    fits: [[true], [true, false, true]],
    not: [[], [true, true, true, true], [1]],
  },
  { what: "a list of anything", schema: { type: "array" }, fits: [[], [1, "a", {}]], not: [{}] },
  { what: "a list that stays empty", schema: { type: "array", maxItems: 0 }, fits: [[]], not: [[1]] },
  {
    what: "a tuple as in 2020-12",
    schema: { type: "array", prefixItems: [text, { type: "integer" }], items: false, minItems: 2 },
    fits: [["a", 1]],
    not: [["a"], ["a", 1, 2], [1, "a"]],
  },
  {
    what: "a tuple as in draft 7, with more after it",
    schema: { type: "array", items: [text, text], additionalItems: { type: "integer" } },
    fits: [
      ["a", "b"],
      ["a", "b", 1, 2],
    ],
    not: [["a"], ["a", "b", "c"]],
  },
  {
    what: "`anyOf` of forms",
    schema: { anyOf: [text, { type: "array", items: text }, object({ a: text }, { required: ["a"] })] },
    fits: ["x", ["x", "y"], { a: "x" }],
    not: [1, [1], {}],
  },
  {
    what: "`anyOf` beside what all options share",
    schema: object({ a: text, b: text }, { anyOf: [{ required: ["a"] }, { required: ["b"] }] }),
    fits: [{ a: "1" }, { b: "1" }, { a: "1", b: "2" }],
    not: [{}],
  },
  {
    what: "`oneOf` told apart by a constant (pydantic's discriminated union)",
    schema: {
      $defs: {
        Cat: object({ kind: { const: "cat" }, lives: { type: "integer" } }, { required: ["kind", "lives"] }),
        Dog: object({ kind: { const: "dog" }, good: { type: "boolean" } }, { required: ["kind", "good"] }),
      },
      discriminator: { propertyName: "kind", mapping: { cat: "#/$defs/Cat" } },
      oneOf: [{ $ref: "#/$defs/Cat" }, { $ref: "#/$defs/Dog" }],
    },
    fits: [
      { kind: "cat", lives: 9 },
      { kind: "dog", good: true },
    ],
    not: [{ kind: "cat", good: true }, { kind: "cow" }],
  },
  {
    what: "`oneOf` of types that differ",
    schema: { oneOf: [{ type: "integer" }, { type: "null" }, { type: "array", items: { type: "integer" } }] },
    fits: [1, null, [1]],
    not: ["x", 1.5],
  },
  {
    what: "`oneOf` of closed objects with other names",
    schema: {
      oneOf: [
        object({ a: text }, { required: ["a"], additionalProperties: false }),
        object({ b: text }, { required: ["b"], additionalProperties: false }),
      ],
    },
    fits: [{ a: "1" }, { b: "1" }],
    not: [{ a: "1", b: "1" }, {}],
  },
  {
    what: "`allOf` of a reference and more properties",
    schema: {
      allOf: [{ $ref: "#/definitions/Base" }, object({ b: { type: "integer" } }, { required: ["b"] })],
      definitions: { Base: object({ a: text }, { required: ["a"] }) },
    },
    fits: [{ a: "x", b: 1 }],
    not: [{ a: "x" }, { b: 1 }],
  },
  {
    what: "`allOf` that narrows numbers and lists of values",
    schema: {
      allOf: [{ type: "number", minimum: 1 }, { type: "integer", maximum: 4 }, { enum: [0, 2, 3, 9] }],
    },
    fits: [2, 3],
    not: [1, 4],
    leftToCheck: [0, 9],
  },
  {
    what: "a reference with words beside it (pydantic)",
    schema: object(
      { at: { $ref: "#/$defs/Place", description: "Where", default: null } },
      { $defs: { Place: object({ city: text }) } },
    ),
    fits: [{ at: { city: "Lima" } }],
    not: [{ at: null }],
  },
  {
    what: "a reference that leads back: a tree",
    schema: {
      $ref: "#/$defs/Node",
      $defs: {
        Node: object(
          { name: text, children: { type: "array", items: { $ref: "#/$defs/Node" } } },
          { required: ["name", "children"] },
        ),
      },
    },
    fits: [
      { name: "a", children: [] },
      { name: "a", children: [{ name: "b", children: [{ name: "c", children: [] }] }] },
    ],
    not: [
      { name: "a", children: [1] },
      { name: "a", children: [{ name: "b" }] },
    ],
  },
  {
    what: "a linked list through the root, without `required`",
    schema: object({ value: { type: "integer" }, next: { $ref: "#" } }),
    fits: [{ value: 1 }, { value: 1, next: { value: 2, next: { value: 3 } } }],
    not: [{ next: { value: 1 } }],
  },
  {
    what: "references by way of names with slashes, tildes and per cent signs",
    schema: object(
      { a: { $ref: "#/$defs/x~1y" }, b: { $ref: "#/$defs/t~0%20z" } },
      { $defs: { "x/y": text, "t~ z": { type: "null" } } },
    ),
    fits: [{ a: "x", b: null }],
    not: [{ a: 1, b: null }],
  },
  {
    what: "values of several types",
    schema: { enum: ["a", "ab", 1, 1.5, null, true, { k: [1, "x"] }, []] },
    fits: ["a", "ab", 1, 1.5, null, true, { k: [1, "x"] }, []],
    not: ["b", 2, false, {}, "abc"],
  },
  {
    what: "values held against a type",
    schema: { type: "string", enum: ["a", 1, null] },
    fits: ["a"],
    not: [1, null],
  },
  { what: "one value", schema: { const: 'say "hi"\n' }, fits: ['say "hi"\n'], not: ["say"] },
  {
    what: "lengths of texts, counted in characters",
    schema: { type: "string", minLength: 2, maxLength: 4 },
    fits: ["ab", "a\nb\t", "🙂🙂"],
    not: ["a", "abcde", ""],
  },
  {
    what: "a pattern with anchors",
    schema: { type: "string", pattern: "^[A-Z]{2}-\\d{3,4}$" },
    fits: ["AB-123", "ZZ-9999"],
    not: ["AB-12", "ab-123", "AB-12345", "xAB-123"],
  },
  {
    what: "a pattern without anchors, with a quote and a choice",
    schema: { type: "string", pattern: 'say|"[^"\\\\]*"' },
    fits: ["I say so", 'a "quoted" word'],
    not: ["none"],
  },
  {
    what: "dates and times",
    schema: object({ d: { type: "string", format: "date" }, t: { type: "string", format: "date-time" } }),
    fits: [
      { d: "2031-02-28", t: "2031-12-31T23:59:59Z" },
      { d: "2031-02-28", t: "2031-12-31T23:59:59.25+01:00" },
    ],
    not: [
      { d: "2031-02-30", t: "2031-12-31T23:59:59Z" },
      { d: "2031-2-3", t: "2031-12-31T23:59:59Z" },
    ],
    leftToCheck: [{ d: "2031-02-30", t: "2031-12-31T23:59:59Z" }],
  },
  {
    what: "e-mail, address on the web, uuid, IPv4",
    schema: object({
      e: { type: "string", format: "email" },
      u: { type: "string", format: "uri" },
      i: { type: "string", format: "uuid" },
      p: { type: "string", format: "ipv4" },
    }),
    fits: [
      {
        e: "a.b@example.org",
        u: "https://example.org/x?y=1",
        i: "0190b6a2-7c3e-4d11-8a55-3f6f0c1e9a10",
        p: "10.0.255.1",
      },
    ],
    not: [{ e: "a", u: "https://example.org", i: "0190b6a2-7c3e-4d11-8a55-3f6f0c1e9a10", p: "10.0.0.1" }],
  },
  {
    what: "bounds of integers",
    schema: { type: "integer", minimum: -5, exclusiveMaximum: 120 },
    fits: [-5, 0, 9, 10, 99, 100, 119],
    not: [-6, 120, 1.5, 1000],
  },
  {
    what: "bounds of numbers",
    schema: { type: "number", minimum: 0, maximum: 1 },
    fits: [0, 0.5, 1, 0.999],
    not: [1.01, -0.5, 2],
  },
  {
    what: "bounds beyond what a double holds (Go, pydantic)",
    schema: { type: "integer", minimum: -(2 ** 63), maximum: 2 ** 63 },
    fits: [0, -12, 123456789],
    not: [0.5],
  },
  {
    what: "cents, and steps of five up to twenty",
    schema: object({
      price: { type: "number", minimum: 0, multipleOf: 0.01 },
      step: { type: "integer", minimum: 0, maximum: 20, multipleOf: 5 },
    }),
    fits: [
      { price: 19.99, step: 15 },
      { price: 3, step: 0 },
    ],
    not: [
      { price: 1.999, step: 5 },
      { price: 1, step: 7 },
    ],
  },
  {
    what: "keywords without a type",
    schema: { properties: { a: { minLength: 1 }, b: { minimum: 3 }, c: { items: text } } },
    fits: [{ a: "x", b: 3, c: ["y"] }],
    not: [
      { a: "", b: 3, c: [] },
      { a: "x", b: 2, c: [] },
    ],
  },
  {
    what: "`true` and `false` as schemas",
    schema: object({ a: true, b: false }, { required: ["a"] }),
    fits: [{ a: [1] }],
    not: [{ a: 1, b: 1 }],
  },
  {
    what: "what pydantic writes of an optional nested model",
    schema: {
      title: "Order",
      type: "object",
      $defs: {
        Item: {
          title: "Item",
          type: "object",
          properties: {
            sku: { title: "Sku", type: "string" },
            n: { type: "integer", exclusiveMinimum: 0, title: "N" },
          },
          required: ["sku", "n"],
        },
      },
      properties: {
        items: { type: "array", items: { $ref: "#/$defs/Item" }, title: "Items" },
        note: { anyOf: [{ type: "string" }, { type: "null" }], default: null, title: "Note" },
        first: { anyOf: [{ $ref: "#/$defs/Item" }, { type: "null" }], default: null },
      },
      required: ["items"],
    },
    fits: [{ items: [{ sku: "x", n: 1 }] }, { items: [], note: null, first: { sku: "y", n: 2 } }],
    not: [{ items: [{ sku: "x", n: 0 }] }, { note: "x" }],
  },
];

export type Refused = { what: string; schema: Json; reason: string; values: Record<string, string | number> };

const unheld = (keyword: string, pointer: string) => ({
  reason: "json-schema-unheld",
  values: { keyword, pointer },
});
const deep = (levels: number): Json => (levels === 0 ? {} : object({ a: deep(levels - 1) }));

export const REFUSED: Refused[] = [
  { what: "`not`", schema: object({ a: { not: text } }), ...unheld("not", "#/properties/a/not") },
  { what: "`if` and `else`", schema: { if: {}, else: {} }, ...unheld("if", "#/if") },
  {
    what: "`uniqueItems`",
    schema: object({ tags: { type: "array", uniqueItems: true } }),
    ...unheld("uniqueItems", "#/properties/tags/uniqueItems"),
  },
  { what: "`contains`", schema: { type: "array", contains: text }, ...unheld("contains", "#/contains") },
  {
    what: "`dependentRequired`",
    schema: object({ a: text }, { dependentRequired: { a: ["b"] } }),
    ...unheld("dependentRequired", "#/dependentRequired"),
  },
  {
    what: "a look-ahead",
    schema: { type: "string", pattern: "^(?=.*\\d).+$" },
    ...unheld("pattern", "#/pattern"),
  },
  {
    what: "a back reference",
    schema: object({ "a/b": { type: "string", pattern: "^(.)\\1$" } }),
    ...unheld("pattern", "#/properties/a~1b/pattern"),
  },
  {
    what: "a format nobody knows",
    schema: { type: "string", format: "licence-plate" },
    ...unheld("format", "#/format"),
  },
  {
    what: "a pattern beside a length",
    schema: { type: "string", pattern: "^a+$", maxLength: 3 },
    ...unheld("maxLength", "#/maxLength"),
  },
  {
    what: "an odd multiple",
    schema: { type: "integer", multipleOf: 7 },
    ...unheld("multipleOf", "#/multipleOf"),
  },
  {
    what: "two patterns at once",
    schema: { allOf: [{ type: "string", pattern: "^a" }, { pattern: "b$" }] },
    ...unheld("pattern", "#/allOf/1/pattern"),
  },
  {
    what: "a count of optional properties",
    schema: object({ a: text, b: text }, { required: [], minProperties: 1 }),
    ...unheld("minProperties", "#/minProperties"),
  },
  { what: "`$dynamicRef`", schema: { $dynamicRef: "#x" }, ...unheld("$dynamicRef", "#/$dynamicRef") },
  {
    what: "a misspelt keyword",
    schema: object({ a: { type: "string", maxLenght: 3 } }),
    reason: "json-schema-unknown",
    values: { keyword: "maxLenght", pointer: "#/properties/a" },
  },
  {
    what: "a type nobody knows",
    schema: object({ a: { type: "text" } }),
    reason: "json-schema-malformed",
    values: { keyword: "type", pointer: "#/properties/a" },
  },
  {
    what: "a bound that is text",
    schema: { type: "integer", minimum: "3" },
    reason: "json-schema-malformed",
    values: { keyword: "minimum", pointer: "#" },
  },
  {
    what: "draft 4's exclusive bound",
    schema: { type: "integer", minimum: 3, exclusiveMinimum: true },
    reason: "json-schema-malformed",
    values: { keyword: "exclusiveMinimum", pointer: "#" },
  },
  {
    what: "a pattern that is none",
    schema: { type: "string", pattern: "(" },
    reason: "json-schema-malformed",
    values: { keyword: "pattern", pointer: "#" },
  },
  {
    what: "a reference to nothing",
    schema: { $ref: "#/$defs/gone" },
    reason: "json-schema-reference",
    values: { ref: "#/$defs/gone", pointer: "#" },
  },
  {
    what: "a reference to another place",
    schema: object({ a: { $ref: "https://example.org/s.json" } }),
    reason: "json-schema-reference",
    values: { ref: "https://example.org/s.json", pointer: "#/properties/a" },
  },
  {
    what: "a reference through a prototype",
    schema: { $ref: "#/constructor" },
    reason: "json-schema-reference",
    values: { ref: "#/constructor", pointer: "#" },
  },
  {
    what: "`oneOf` whose options overlap",
    schema: { oneOf: [{ type: "integer" }, { type: "number" }] },
    reason: "json-schema-overlap",
    values: { pointer: "#/oneOf" },
  },
  {
    what: "a reference to itself",
    schema: { $ref: "#" },
    reason: "json-schema-impossible",
    values: { keyword: "$ref", pointer: "#" },
  },
  {
    what: "`false`",
    schema: object({ a: false }, { required: ["a"] }),
    reason: "json-schema-impossible",
    values: { keyword: "false", pointer: "#/properties/a" },
  },
  {
    what: "a minimum above the maximum",
    schema: { type: "integer", minimum: 5, maximum: 4 },
    reason: "json-schema-impossible",
    values: { keyword: "minimum", pointer: "#" },
  },
  {
    what: "types that exclude each other",
    schema: { allOf: [text, { type: "null" }] },
    reason: "json-schema-impossible",
    values: { keyword: "type", pointer: "#/allOf/1" },
  },
  {
    what: "50,000 values",
    schema: { enum: Array.from({ length: 50_000 }, (_, i) => `v${i}`) },
    reason: "json-schema-too-large",
    values: { what: "enumValues", limit: 1_000 },
  },
  {
    what: "20,000 properties",
    schema: object(Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`p${i}`, text]))),
    reason: "json-schema-too-large",
    values: { what: "subschemas", limit: 2_000 },
  },
  {
    what: "objects 300 deep",
    schema: deep(300),
    reason: "json-schema-too-large",
    values: { what: "depth", limit: 64 },
  },
  {
    what: "references that double at every step",
    schema: {
      $ref: "#/$defs/d0",
      $defs: Object.fromEntries(
        Array.from({ length: 40 }, (_, i) => [
          `d${i}`,
          { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] },
        ]).concat([["d40", text]] as never),
      ),
    },
    reason: "json-schema-too-large",
    values: { what: "subschemas", limit: 2_000 },
  },
];
