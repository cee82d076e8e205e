import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyGraph } from "./_testing";
import { formatGraph } from "./document";
import { decodeText } from "./json-text";
import { GRAPH_LIMITS } from "./limits";
import { parseGraph } from "./read-graph";

const nodeWith = (params: string, more = "") =>
  `{"telar":1,"name":"x","nodes":[{"id":"a","kind":"k","version":1,"params":${params}}]${more}}`;
const many = (count: number) =>
  JSON.stringify(Array.from({ length: count }, (_, i) => ({ id: `n${i}`, kind: "k", version: 1 })));
const deep = (levels: number) => `${"[".repeat(levels)}1${"]".repeat(levels)}`;

describe("a text that is no graph file", () => {
  const cases: [what: string, text: string, code: string, values?: object][] = [
    ["nothing", " \n", "graph-text-empty"],
    ["YAML", "telar: 1\nname: x\n", "graph-yaml", { line: 1 }],
    ["a line comment", '{\n  // mine\n  "telar": 1}', "graph-json-comment", { line: 2 }],
    ["a block comment", '{"telar": 1 /* one */, "name": "x"}', "graph-json-comment", { line: 1 }],
    ["single quotes", "{'telar': 1}", "graph-json-quotes", { line: 1, column: 2 }],
    ["keys without quotes", "{telar: 1}", "graph-json-quotes"],
    ["a comma too many", '{"telar": 1, "name": "x",\n}', "graph-json-trailing-comma", { line: 2 }],
    ["a comma too few", '{"telar": 1 "name": "x"}', "graph-json-comma"],
    ["no colon", '{"telar" 1}', "graph-json-colon"],
    ["NaN", nodeWith('{"rows":NaN}'), "graph-json-word", { word: "NaN" }],
    ["Python's words", nodeWith('{"on":True}'), "graph-json-word", { word: "True" }],
    ["minus infinity", nodeWith('{"rows":-Infinity}'), "graph-json-word", { word: "-Infinity" }],
    ["a hexadecimal number", nodeWith('{"rows":0x10}'), "graph-json-sign"],
    ["a line break inside a text", '{"telar": 1, "name": "a\nb"}', "graph-json-string", { line: 1 }],
    ["an unknown escape", '{"telar": 1, "name": "C:\\data"}', "graph-json-string"],
    ["half a file", '{"telar": 1, "nam', "graph-json-cut"],
    ["two graphs", '{"telar":1,"name":"x"}\n{"telar":1,"name":"y"}', "graph-json-after", { line: 2 }],
    ["an equal key twice", nodeWith('{"rows":1,"rows":2}'), "graph-key-twice", { key: "rows" }],
    [
      "an equal key twice, once escaped",
      '{"telar":1,"name":"x","n\\u0061me":"y"}',
      "graph-key-twice",
      { key: "name" },
    ],
    ["a number beyond all numbers", nodeWith('{"rows":1e999}'), "graph-number", { number: "1e999" }],
    ["a whole number that would be rounded", nodeWith('{"seed":9007199254740993}'), "graph-number"],
    ["JSON of something else", '{"name":"left-pad","version":"1.3.0"}', "graph-not-graph"],
    ["a list", "[1,2]", "graph-not-graph"],
    ["an older format", '{"telar":0,"name":"x"}', "graph-format", { value: "0" }],
    ["a format in quotes", '{"telar":"1","name":"x"}', "graph-format", { value: "1" }],
    ["lists inside lists", nodeWith(`{"a":${deep(100)}}`), "graph-too-deep", { limit: 64 }],
    ["lists inside lists, 200,000 deep", nodeWith(`{"a":${deep(200_000)}}`), "graph-too-deep"],
    ["a NUL in a text", '{"telar":1,"name":"a\\u0000b"}', "graph-text", { field: "name" }],
    ["half a character", nodeWith('{"system":"\\ud83d"}'), "graph-text", { field: "nodes.0.params.system" }],
    ["__proto__ as a parameter", nodeWith('{"__proto__":{"path":"/etc"}}'), "graph-key-refused"],
    ["__proto__ inside a parameter", nodeWith('{"a":[{"__proto__":1}]}'), "graph-key-refused"],
    ["constructor in an object of a parameter", nodeWith('{"a":{"constructor":1}}'), "graph-key-refused"],
    [
      "too many nodes",
      `{"telar":1,"name":"x","nodes":${many(GRAPH_LIMITS.nodes + 1)}}`,
      "graph-too-many",
      { count: 20_001 },
    ],
    ["a place that is none", '{"telar":1,"name":"x","layout":{"a":[1e308,0]}}', "graph-field-most"],
    [
      "a long name",
      JSON.stringify({ telar: 1, name: "n".repeat(1001) }),
      "graph-field-long",
      { limit: 1000 },
    ],
    [
      "an app output that names no port",
      '{"telar":1,"name":"x","app":{"inputs":[],"outputs":["a"]}}',
      "graph-field-ref",
    ],
    ["a parameter of 3 MB", nodeWith(`{"a":"${"x".repeat(3e6)}"}`), "graph-params-long"],
  ];
  it.each(cases)("%s", (_what, text, code, values = {}) => {
    const { file, problems } = parseGraph(text);
    expect(file).toBeUndefined();
    expect(problems).toMatchObject([{ code, values }]);
  });

  it("is told in no more than twenty problems and their number", () => {
    const nodes = Array.from({ length: 500 }, (_, i) => ({ id: `n${i}` }));
    const { problems } = parseGraph(JSON.stringify({ telar: 1, name: "x", nodes }));
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toMatchObject({ code: "graph-more-problems", values: { count: 980 } });
  });

  it("never throws, whatever the text", () => {
    const noise = fc.array(
      fc.constantFrom(
        "{",
        "}",
        "[",
        "]",
        '"',
        ",",
        ":",
        "1",
        "-",
        "e",
        ".",
        "\\",
        "u12",
        "tr",
        "true",
        "//",
        "\n",
        "telar",
        '"telar"',
        "'",
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          noise.map((parts) => parts.join("")),
          fc.string({ unit: "binary" }),
        ),
        (text) => {
          const { file, problems } = parseGraph(text);
          expect(file === undefined).toBe(problems.length > 0);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("is told from one exactly where JSON.parse tells it, when no key stands twice", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.constantFrom("", ",", '"', "x", "}", "0"), (json, at, noise) => {
        const place = at % (json.length + 1);
        const text = json.slice(0, place) + noise + json.slice(place);
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        const [first] = parseGraph(text).problems;
        const ofText = /^graph-(json|yaml|text-empty)/.test(first?.code ?? "");
        // What stands before the fault is told first.
        if (valid || !/twice|number/.test(first?.code ?? "")) expect(ofText).toBe(!valid);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("names from elsewhere", () => {
  it.each(["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"])(
    "%s is a node like any other",
    (id) => {
      const text = `{"telar":1,"name":"x","nodes":[{"id":"${id}","kind":"k","version":1,"params":{"toString":1,"constructor":"c"}}],"layout":{"${id}":[1,2]},"pinned":["${id}"]}`;
      const { file } = parseGraph(text);
      expect(JSON.parse(formatGraph(file!))).toEqual(JSON.parse(text.replace("}}]", '}}],"wires":[]')));
      expect(Object.keys(file?.layout ?? {})).toEqual([id]);
    },
  );
});

it("reads UTF-16 that says so, and tells what is no text", () => {
  const utf16 = (text: string) => new Uint8Array(Buffer.from(`\uFEFF${text}`, "utf16le"));
  expect(decodeText(utf16("{}"))).toEqual({ text: "{}" });
  expect(decodeText(utf16("{}").slice(2))).toEqual({ text: "{\0}\0" });
  expect(decodeText(new Uint8Array([0x22, 0xe9, 0x22]))).toMatchObject({
    problem: { code: "graph-encoding" },
  });
});

it("reads CRLF, and changes nothing by it", () => {
  fc.assert(
    fc.property(anyGraph, (graph) => {
      const text = formatGraph(graph);
      expect(parseGraph(text.replaceAll("\n", "\r\n"))).toEqual(parseGraph(text));
    }),
  );
});
