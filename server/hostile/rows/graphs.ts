import type { HostileRow } from "../row";
import type { HostileSystem } from "../system";

/** What `check` says of a file with these bytes. */
const check =
  (name: string, content: string | Uint8Array) =>
  async (system: HostileSystem): Promise<unknown> =>
    system.says("check", await system.write(`${name}.json`, content));
const closed = (name: string, ...sentences: string[]) => ({
  exit: 2,
  says: [`DIR/${name}.json cannot be opened.`, ...sentences.map((sentence) => `  ${sentence}`)].join("\n"),
});
const node = (params: string) =>
  `{"telar":1,"name":"x","nodes":[{"id":"a","kind":"to-chat","version":1,"params":${params}}]}`;
const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

const FILES: [what: string, name: string, content: string | Uint8Array, ...sentences: string[]][] = [
  [
    "a graph file of a version that does not exist yet",
    "version",
    '{"telar":99,"nodes":[],"wires":[]}',
    "This graph was saved by a newer Telar (format 99; this one knows 1). Update Telar, then open it again.",
  ],
  [
    "a version that is a text",
    "version-text",
    '{"telar":"one","name":"x"}',
    "`telar` is one; this Telar reads the format 1. Correct it in the file.",
  ],
  ["an empty file", "empty", "", "This file is empty. Open a graph file that Telar saved."],
  [
    "bytes that are no text",
    "bytes",
    new Uint8Array([0x7b, 0xff, 0xfe, 0x80]),
    "This file is not UTF-8 text, nor UTF-16 with a byte order mark. Save it as UTF-8, then open it again.",
  ],
  [
    "YAML",
    "yaml",
    "telar: 1\nname: mine\nnodes: []\n",
    "Line 1 looks like YAML; a graph file is JSON. Convert it to JSON, then open it again.",
  ],
  [
    "comments",
    "comments",
    '{\n  "telar": 1, /* the format */\n  "name": "x"\n}',
    "Line 2 has a comment, which JSON does not know. Remove it; a note in the graph can hold the text.",
  ],
  [
    "JSON5",
    "json5",
    "{telar: 1, name: 'x'}",
    "Line 1, column 2: names and texts stand in double quotes in JSON. Put them there.",
  ],
  [
    "a comma too many",
    "comma",
    '{"telar": 1,\n"name": "x",\n}',
    "Line 3, column 1: the comma before this closes nothing more. Remove it.",
  ],
  [
    "infinity",
    "infinity",
    node('{"rows":Infinity}'),
    "Line 1, column 88: `Infinity` is no value of JSON. Write a number, a text in double quotes, true, false or null.",
  ],
  [
    "a file that was cut off",
    "cut",
    '{"telar":1,"name":"x","nodes":[{"id":"a",',
    "The file ends in the middle, at line 1. It may have been cut off: save or copy it again.",
  ],
  [
    "two graphs in one file",
    "two",
    '{"telar":1,"name":"x"}\n{"telar":1,"name":"y"}\n',
    "Line 2, column 1: something stands after the end of the graph. A file holds one graph: remove the rest.",
  ],
  [
    "a key that stands twice",
    "twice",
    node('{"system":"a","system":"b"}'),
    "Line 1: `system` stands twice in the same place (`nodes.0.params.system`), and only one could be kept. Remove one of them.",
  ],
  [
    "a number too large to be one",
    "huge",
    node('{"rows":-1e400}'),
    "Line 1: the number -1e400 in `nodes.0.params.rows` cannot be kept exactly. Use a smaller one, or write it as text.",
  ],
  [
    "an id of a row that would be rounded",
    "rounded",
    node('{"rows":10000000000000000000001}'),
    "Line 1: the number 10000000000000000000001 in `nodes.0.params.rows` cannot be kept exactly. Use a smaller one, or write it as text.",
  ],
  [
    "lists 100,000 deep",
    "deep",
    node(`{"rows":${deep(100_000)}}`),
    `\`nodes.0.params.rows${".0".repeat(61)}\` has more than 64 lists and objects inside one another. Make it flatter.`,
  ],
  [
    "JSON of another program",
    "package",
    '{"name":"left-pad","version":"1.3.0","scripts":{}}',
    'This is JSON, but not a graph: a graph file is an object with `"telar": 1`, a name, nodes and wires. Open a file that Telar saved.',
  ],
  [
    "keys that graphs do not have",
    "keys",
    '{"telar":1,"name":"x","edges":[],"Nodes":[]}',
    "Graph files have no field `edges`. Remove it, or correct its name.",
    "Graph files have no field `Nodes`. Remove it, or correct its name.",
  ],
  [
    "half a character",
    "half",
    node('{"system":"\\udc00"}'),
    "A text in `nodes.0.params.system` has a NUL character or half a character, which cannot be stored. Remove it.",
  ],
  [
    "a prototype as a parameter",
    "proto",
    node('{"__proto__":{"system":"x"}}'),
    "No part of a graph can have the key `__proto__` (`nodes.0.params.__proto__`). Remove it or call it something else.",
  ],
  [
    "20,001 nodes",
    "many",
    `{"telar":1,"name":"x","nodes":[${Array.from({ length: 20_001 }, (_, i) => `{"id":"n${i}","kind":"to-chat","version":1}`).join(",")}]}`,
    "`nodes` holds 20,001 parts; a graph may have 20,000. Split the graph in two.",
  ],
];

/** A graph whose wires and kinds name what there is not. */
const wired = (name: string, from: string, kind = "dedupe") =>
  JSON.stringify({
    ...{ telar: 1, name },
    nodes: [
      { id: "s", kind: "dataset-file", version: 1, params: { path: "n.jsonl" } },
      { id: "d", kind, version: 1, params: {} },
    ],
    wires: [{ from, to: "d.data" }],
  });

const lines = (result: unknown) => (result as { says: string }).says.split("\n");

export const rows: readonly HostileRow[] = [
  ...FILES.map(([what, name, content, ...sentences]) => ({
    what,
    send: check(name, content),
    answer: closed(name, ...sentences),
  })),
  ...["toString", "constructor", "__proto__", "hasOwnProperty"].map((name) => ({
    what: `a wire from a port called ${name}`,
    send: async (system: HostileSystem) => {
      await system.write("n.jsonl", '{"text":"a"}\n');
      const result = await check(`port-${name}`, wired("x", `s.${name}`))(system);
      return { exit: (result as { exit: number }).exit, first: lines(result)[0] };
    },
    answer: {
      exit: 2,
      first: `s.${name}: The wire from s.${name} to d.data names the port \`${name}\`, which is not among the outputs: data, ledger. Use one of them.`,
    },
  })),
  ...["toString", "constructor", "__proto__"].map((name) => ({
    what: `a node called ${name} of a kind called ${name}`,
    send: async (system: HostileSystem) => {
      const text = `{"telar":1,"name":"x","nodes":[{"id":"${name}","kind":"${name}","version":1}],"layout":{"${name}":[0,0]}}`;
      const result = await check(`kind-${name}`, text)(system);
      return { exit: (result as { exit: number }).exit, knows: lines(result)[0]?.split(". ")[0] };
    },
    answer: { exit: 2, knows: `${name}: This Telar does not know the kind \`${name}\`` },
  })),
  {
    what: "a plan of 20,000 nodes in a chain",
    send: async (system) => {
      const nodes = Array.from({ length: 19_999 }, (_, i) => ({ id: `d${i}`, kind: "dedupe" }));
      const wires = nodes.map(({ id }, i) => ({ from: i ? `d${i - 1}.data` : "s.data", to: `${id}.data` }));
      await system.write("n.jsonl", '{"text":"a"}\n');
      const source = { id: "s", kind: "dataset-file", params: { path: "n.jsonl" } };
      const { code, stdout } = await system.telar(
        "plan",
        await system.graph("chain.json", [source, ...nodes], wires),
        "--json",
      );
      const { counts, nodes: planned } = JSON.parse(stdout);
      return { code, counts, planned: planned.length };
    },
    answer: {
      code: 0,
      counts: { cached: 0, run: 1, depends: 19_999, skip: 0, frozen: 0, bypass: 0 },
      planned: 20_000,
    },
  },
];
