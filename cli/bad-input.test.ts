/** What people do wrong gets one sentence that names the node and the way out, the documented exit code, and changes nothing. */
import { mkdir, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { telarHome } from "./_testing/telar";

vi.setConfig({ testTimeout: 240_000 });

let home: Awaited<ReturnType<typeof telarHome>>;
beforeAll(async () => {
  home = await telarHome();
  await home.write(
    "rows.jsonl",
    '{"question":"What is 1+1?","answer":"2"}\n{"question":"And 2+2?","answer":"4"}\n',
  );
});
afterAll(() => home.remove());

const source = (path: string) => ({ id: "source", kind: "dataset-file", params: { path } });
const chat = { id: "chat", kind: "to-chat" };
const toChat = [{ from: "source.data", to: "chat.data" }];

describe("refused before anything runs, with exit code 2", () => {
  const refusals: [string, () => Promise<string[]>, RegExp][] = [
    ["no such command", async () => ["weave"], /There is no command `weave`\. The commands are/],
    ["no such graph file", async () => ["run", "nothing.json"], /There is no graph file at nothing\.json/],
    [
      "half a graph file",
      async () => ["run", await home.write("half.json", '{ "telar": 1, "nod')],
      /half\.json cannot be opened/,
    ],
    [
      "a data file that is not there",
      async () => ["run", await home.graph("missing.json", [source("nowhere.jsonl"), chat], toChat)],
      /source.*nowhere\.jsonl/,
    ],
    [
      "a data file outside the allowed folders",
      async () => ["run", await home.graph("outside.json", [source("/etc/hostname")])],
      /source.*\/etc\/hostname.*TELAR_DATA_DIRS/s,
    ],
    [
      "an empty data file",
      async () => {
        await home.write("empty.jsonl", "");
        return ["run", await home.graph("empty.json", [source("empty.jsonl")])];
      },
      /source.*empty\.jsonl/,
    ],
    [
      "columns that are no conversation",
      async () => {
        await home.write("weather.csv", "day,degrees\nMonday,20\nTuesday,22\n");
        return ["run", await home.graph("columns.json", [source("weather.csv"), chat], toChat)];
      },
      /chat.*day, degrees/,
    ],
    [
      "a cycle",
      async () => [
        "check",
        await home.graph(
          "cycle.json",
          [
            { id: "a", kind: "dedupe" },
            { id: "b", kind: "dedupe" },
          ],
          [
            { from: "a.data", to: "b.data" },
            { from: "b.data", to: "a.data" },
          ],
        ),
      ],
      /(a|b).*cycle|circle/s,
    ],
    [
      "an unknown kind",
      async () => ["run", await home.graph("kind.json", [{ id: "x", kind: "spell-check" }])],
      /x.*spell-check/,
    ],
    [
      "a wire between types that do not fit",
      async () => [
        "run",
        await home.graph(
          "wire.json",
          [source("rows.jsonl"), { id: "train", kind: "lora-train" }],
          [{ from: "source.data", to: "train.tokens" }],
        ),
      ],
      /train.*tokens.*dataset/s,
    ],
    [
      "an unknown parameter",
      async () => [
        "check",
        await home.graph("param.json", [
          { ...source("rows.jsonl"), params: { path: "rows.jsonl", rowz: 3 } },
        ]),
      ],
      /source.*rowz/,
    ],
    [
      "a parameter out of range",
      async () => ["run", await home.graph("range.json", [source("rows.jsonl")]), "--set", "source.rows=-1"],
      /source.*rows/i,
    ],
    [
      "--set of a node that is not there",
      async () => ["run", await home.graph("set.json", [source("rows.jsonl")]), "--set", "nobody.rows=1"],
      /no node `nobody`.*source/,
    ],
    [
      "--to a node that is not there",
      async () => ["plan", await home.graph("to.json", [source("rows.jsonl")]), "--to", "nobody"],
      /--to nobody.*source/,
    ],
  ];
  test.each(refusals)("%s", async (_name, args, sentence) => {
    const { code, stderr, stdout } = await home.telar(...(await args()));
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(sentence) });
    expect(stderr.trim().split("\n").length, stderr).toBeLessThan(4);
    expect(stderr).not.toMatch(/at .*\.(js|ts):\d+|Error:/);
    expect(stdout).toBe("");
  });
});

describe("found while running, with exit code 1", () => {
  const failures: [string, () => Promise<string>, RegExp][] = [
    [
      "half a JSON line",
      async () => {
        await home.write("broken.jsonl", '{"question":"a","answer":"b"}\n{"question":"c","ans');
        return home.graph("broken.json", [source("broken.jsonl")]);
      },
      /broken\.jsonl.*line 2|line 2.*broken\.jsonl/s,
    ],
    [
      "a line of 2 GB",
      async () => {
        const path = await home.write("long.jsonl", '{"question":"a","answer":"b"}\n{"question":"');
        await truncate(path, 2 ** 31 + 7);
        return home.graph("long.json", [source("long.jsonl")]);
      },
      /long\.jsonl|16 MB|line 2/,
    ],
  ];
  test.each(failures)("%s", async (_name, graph, sentence) => {
    const { code, stderr } = await home.telar("run", await graph());
    expect(stderr).toMatch(sentence);
    expect([1, 2]).toContain(code);
    expect(stderr).not.toMatch(/at .*\.(js|ts):\d+/);
  });

  test("damaged weights", async () => {
    const folder = join(home.dir, "model");
    await mkdir(folder);
    await home.write(
      "model/config.json",
      JSON.stringify({ model_type: "llama", architectures: ["LlamaForCausalLM"] }),
    );
    await home.write("model/model.safetensors", Buffer.alloc(64, 255));
    const graph = await home.graph("weights.json", [
      { id: "base", kind: "base-model", params: { source: "folder", path: "model" } },
    ]);
    const { code, stderr } = await home.telar("run", graph);
    expect(stderr).toMatch(/base.*model/s);
    expect([1, 2]).toContain(code);
  });

  test("a damaged GGUF file", async () => {
    await home.write("model.gguf", Buffer.from("GGUF\u0003\0\0\0rubbish"));
    const graph = await home.graph("gguf.json", [
      { id: "base", kind: "base-model", params: { source: "file", path: "model.gguf" } },
    ]);
    const { code, stderr } = await home.telar("run", graph);
    expect(stderr).toMatch(/base.*model\.gguf/s);
    expect([1, 2]).toContain(code);
  });

  test("and the next run works", async () => {
    const graph = await home.graph("good.json", [source("rows.jsonl"), chat], toChat);
    const { code, stdout } = await home.telar("run", graph, "--json");
    const run = JSON.parse(stdout);
    expect({ code, status: run.status }).toEqual({ code: 0, status: "SUCCEEDED" });
  });
});
