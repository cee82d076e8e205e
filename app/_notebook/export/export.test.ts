import { describe, expect, it } from "vitest";
import { collectBlocks, type Words } from "./collect-blocks";
import type { ExportDoc } from "./export-doc";
import { toHtml } from "./to-html";
import { toMarkdown } from "./to-markdown";

const EVIL = '<script>alert("x")</script>|[a](javascript:alert(1))';
const doc: ExportDoc = {
  title: "Cleaning",
  made: "25 Nov",
  language: "en",
  parts: [
    { part: "section", title: "Data" },
    {
      part: "note",
      markdown: "## Why\n\n![a picture](https://example.org/track.png) <img src=x onerror=alert(1)>",
    },
    {
      part: "cell",
      title: EVIL,
      kind: "Data file",
      status: "Done",
      run: "run 3",
      params: [["path", "data/rows.jsonl"]],
      blocks: [
        { show: "table", title: "Data", columns: ["_row", "text"], rows: [["r1", EVIL]], total: 120 },
        {
          show: "curves",
          title: "Loss",
          lines: [
            {
              name: "loss",
              points: [
                { step: 1, value: 2.5 },
                { step: 9, value: 1.25 },
              ],
            },
          ],
        },
        {
          show: "tokens",
          title: "Tokens",
          tokens: [
            { text: "<|im_start|>", trained: false },
            { text: " yes", trained: true },
          ],
        },
      ],
    },
  ],
};

describe("an exported notebook", () => {
  it("is one HTML file in which data is text and nothing is fetched", async () => {
    const html = await toHtml(doc);
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).not.toMatch(/<script|<img|<link|<iframe|url\(|@import/i);
    expect(html).toContain("default-src &#x27;none&#x27;");
    expect(html).toContain("&lt;script&gt;");
    expect(html).toContain("<polyline");
    expect(html).toContain("1 / 120");
    expect(html).toContain("<h2>Why</h2>");
  });
  it("is Markdown in which data forms no tag, link or column of its own", () => {
    const text = toMarkdown(doc);
    expect(text).not.toContain("<script");
    expect(text).toContain("| r1 | &lt;script\\>");
    expect(text).toContain("\\|\\[a\\](javascript");
    expect(text).toContain("| 9 | 1.25 |");
    expect(text).toContain("**Loss**");
  });
});

describe("collectBlocks", () => {
  const words: Words = {
    port: (name) => name,
    metric: (name) => name,
    number: String,
    sample: { prompt: "Prompt", before: "Before", after: "After", reference: "Reference" },
  };
  it("reads what is stored: rows of a table, conversations turn by turn, facts of the rest", async () => {
    const read = {
      json: async () => undefined,
      page: async (digest: string) => ({
        digest,
        facts: { type: "dataset" as const, shape: "chat" as const },
        show: "table" as const,
        page: {
          columns: [
            { name: "messages", type: "json" as const },
            { name: "_row", type: "string" as const },
          ],
          rows: [{ _row: "r1", messages: [{ role: "user", content: "Hi" }] }],
          total: 1,
        },
      }),
    };
    const blocks = await collectBlocks(
      {
        data: { type: "dataset", digest: "sha256:1", facts: { type: "dataset", shape: "chat" } },
        model: { type: "model", digest: "sha256:2", facts: { type: "model", name: "Smol", parameters: 135 } },
      },
      read,
      words,
    );
    expect(blocks[0]).toMatchObject({ columns: ["_row", "messages"], rows: [["r1", "user: Hi"]] });
    expect(blocks[1]).toMatchObject({
      pairs: [
        ["name", "Smol"],
        ["parameters", "135"],
        ["digest", "sha256:2"],
      ],
    });
  });
});
