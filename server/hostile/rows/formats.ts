/** Data files that lie, break or grow: each is read as it is, or refused in one sentence, and nothing else of the run is harmed. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { localStore, previewArtifact } from "@/server/artifacts";
import type { HostileRow } from "../row";
import type { HostileSystem } from "../system";

type Answer =
  /** By `check`, before anything runs. */
  | { refused: string }
  | { fails: string }
  /** `rows`: all of the table without their ids; `bad`: how many stand in the ledger. */
  | { rows: unknown[]; bad?: number };
type File = {
  what: string;
  name: string;
  bytes: (dir: string) => string | Uint8Array | Promise<Uint8Array>;
  params?: object;
  answer: Answer;
};

const MB = 1_000_000;
const lines = (count: number, line: (i: number) => string) =>
  `${Array.from({ length: count }, (_, i) => line(i)).join("\n")}\n`;

/** Three rows, as DuckDB writes them. */
async function parquet(dir: string): Promise<Buffer> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const path = join(dir, "whole.parquet");
  await connection.run(`COPY (SELECT i AS n, 'row ' || i AS text FROM range(3) t(i)) TO '${path}'`);
  connection.closeSync();
  instance.closeSync();
  return readFile(path);
}
async function parquetWith(dir: string, change: (bytes: Buffer) => void): Promise<Buffer> {
  const bytes = await parquet(dir);
  change(bytes);
  return bytes;
}

const FILES: File[] = [
  {
    what: "a gzip that grows a thousand times",
    name: "bomb.jsonl.gz",
    bytes: () => gzipSync(Buffer.alloc(300 * MB, `${"a".repeat(MB)}\n`)),
    answer: {
      fails:
        "`bomb.jsonl.gz` grows to more than 200 times its size when unpacked, so it was not read further. Unpack it yourself if you trust it.",
    },
  },
  {
    what: "a gzip within a gzip",
    name: "twice.jsonl.gz",
    bytes: () => gzipSync(gzipSync('{"text":"a"}\n')),
    answer: {
      refused:
        "`twice.jsonl.gz` is binary data, not a file of rows. Unpack it, or name a JSONL, JSON, CSV, Parquet or text file.",
    },
  },
  {
    what: "a gzip that is cut off",
    name: "cut.jsonl.gz",
    bytes: () => gzipSync(lines(1_000, (i) => `{"n":${i}}`)).subarray(0, -20),
    answer: {
      fails:
        "`cut.jsonl.gz` is packed, and the packed data is damaged or cut off. Download or pack it again.",
    },
  },
  {
    what: "a gzip with other bytes behind it",
    name: "trailed.jsonl.gz",
    bytes: () => Buffer.concat([gzipSync('{"text":"a"}\n'), Buffer.from("garbage")]),
    answer: {
      fails:
        "`trailed.jsonl.gz` is packed with gzip, and behind its packed data stand bytes that are none. Cut them off, or download or pack it again.",
    },
  },
  {
    what: "zstd that is none",
    name: "none.jsonl.zst",
    bytes: () => Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), Buffer.alloc(400, 7)]),
    answer: {
      refused:
        "`none.jsonl.zst` is packed, and the packed data is damaged or cut off. Download or pack it again.",
    },
  },
  {
    what: "a zip archive with the name of rows",
    name: "zip.jsonl",
    bytes: () => Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), Buffer.alloc(100)]),
    answer: {
      refused:
        "`zip.jsonl` is a zip archive, not a file of rows. Unpack it, or name a JSONL, JSON, CSV, Parquet or text file.",
    },
  },
  {
    what: "bytes of no text",
    name: "nul.txt",
    bytes: () => Buffer.alloc(500),
    answer: {
      refused:
        "`nul.txt` is binary data, not a file of rows. Unpack it, or name a JSONL, JSON, CSV, Parquet or text file.",
    },
  },
  {
    what: "nothing but line ends",
    name: "blank.jsonl",
    bytes: () => "\n".repeat(5_000),
    answer: { refused: "`blank.jsonl` holds no rows. Check the file and the format chosen for it." },
  },
  {
    what: "a header and nothing else",
    name: "header.csv",
    bytes: () => "a,b\n",
    answer: { refused: "`header.csv` holds no rows. Check the file and the format chosen for it." },
  },
  {
    what: "a NUL and halves of letters within texts and names",
    name: "letters.jsonl",
    bytes: () => '{"te\\u0000xt":"a\\u0000b","half":"\\ud800x\\udc00","deep":["\\udfff"],"key\\ud800":1}\n',
    answer: { rows: [{ text: "a\u0000b", half: "\ufffdx\ufffd", deep: ["\ufffd"], "key\ufffd": 1 }] },
  },
  {
    what: "bytes that are not UTF-8 among some that are",
    name: "mixed.jsonl",
    bytes: () =>
      Buffer.concat([
        Buffer.from('{"text":"día, año, ñandú, '),
        Buffer.from([0xff, 0xc3]),
        Buffer.from('"}\n'),
      ]),
    answer: { rows: [{ text: "día, año, ñandú, \ufffd\ufffd" }] },
  },
  {
    what: "a million keys in a row",
    name: "keys.jsonl",
    bytes: () => `{${Array.from({ length: 1_000_000 }, (_, i) => `"c${i}":1`).join()}}\n`,
    answer: {
      fails:
        "The rows of `keys.jsonl` have more than 1,000 different columns. Put data that stands in the keys into values.",
    },
  },
  {
    what: "a hundred thousand columns",
    name: "columns.csv",
    bytes: () =>
      `${Array.from({ length: 100_000 }, (_, i) => `c${i}`).join()}\n${Array(100_000).fill("1").join()}\n`,
    answer: {
      refused:
        "The rows of `columns.csv` have more than 1,000 different columns. Put data that stands in the keys into values.",
    },
  },
  {
    what: "a line of a hundred megabytes",
    name: "line.jsonl.gz",
    bytes: () =>
      gzipSync(Buffer.concat([Buffer.from('{"text":"'), Buffer.alloc(100 * MB, 97), Buffer.from('"}\n')])),
    answer: {
      fails:
        "The row at line 1 of `line.jsonl.gz` is longer than 16 MB. Check that each row ends with a line end, that every quote is closed, and that the format is right.",
    },
  },
  {
    what: "a column whose name is half a megabyte long",
    name: "name.jsonl",
    bytes: () => `{"${"n".repeat(MB / 2)}":1,"text":"a"}\n`,
    answer: {
      refused:
        "A column of `name.jsonl` has a name of more than 1,000 characters. Put data that stands in the names into values.",
    },
  },
  {
    what: "lists a hundred thousand deep",
    name: "deep.jsonl",
    bytes: () => `${lines(30, (i) => `{"n":${i}}`)}{"n":${"[".repeat(100_000)}${"]".repeat(100_000)}}\n`,
    answer: { rows: Array.from({ length: 30 }, (_, n) => ({ n })), bad: 1 },
  },
  {
    what: "numbers without an end",
    name: "numbers.jsonl",
    bytes: () => `{"a":1e999999999,"b":${"9".repeat(400)},"c":-0,"d":[1e-400,18446744073709551616]}\n`,
    answer: { rows: [{ a: "1e999999999", b: "9".repeat(400), c: 0, d: ["1e-400", "18446744073709551616"] }] },
  },
  {
    what: "names that JavaScript uses itself",
    name: "names.csv",
    bytes: () => "__proto__,constructor,toString,hasOwnProperty\n1,2,3,4\n",
    answer: { rows: [JSON.parse('{"__proto__":1,"constructor":2,"toString":3,"hasOwnProperty":4}')] },
  },
  {
    what: "the same name for three columns",
    name: "same.csv",
    bytes: () => "a,a,A,_row_\n1,2,3,4\n",
    answer: { rows: [{ a: 1, a_2: 2, A_3: 3, _row_: 4 }] },
  },
  {
    what: "the same id for two rows",
    name: "ids.jsonl",
    bytes: () => '{"_row":"x","n":1}\n{"_row":"x","n":2}\n',
    answer: {
      fails:
        "`ids.jsonl` has a `_row` column in which `x` stands 2 times. Each row needs an id of its own; rename or remove the column.",
    },
  },
  {
    what: "a quote that is never closed",
    name: "quote.csv",
    bytes: () => 'q,a\n1,one\n2,"two\n3,three\n4,four\n',
    params: { maxBadRows: 0.25 },
    answer: {
      rows: [
        { q: 1, a: "one" },
        { q: 3, a: "three" },
        { q: 4, a: "four" },
      ],
      bad: 1,
    },
  },
  {
    what: "an array that is cut off behind a comma",
    name: "array.json",
    bytes: () => `[${Array.from({ length: 40 }, (_, i) => `{"n":${i}}`).join()},`,
    params: { maxBadRows: 0.02 },
    answer: {
      fails:
        "1 of the 41 rows read from `array.json` are unreadable, and 2 % are allowed. The first is at line 1: Line 1 is not JSON: Unexpected end of JSON input. Correct the file, check its format, or allow more bad rows.",
    },
  },
  {
    what: "lines that are lists",
    name: "lists.jsonl",
    bytes: () => "[1,2]\n[3,4]\n[5]\n",
    params: { format: "jsonl" },
    answer: { refused: "`lists.jsonl` holds no rows. Check the file and the format chosen for it." },
  },
  {
    what: "a Parquet footer that is longer than its file",
    name: "footer.parquet",
    bytes: (dir) => parquetWith(dir, (bytes) => bytes.writeUInt32LE(0x7fffffff, bytes.length - 8)),
    answer: {
      refused:
        "`footer.parquet` cannot be read as Parquet. Set the format to automatic, or save the file again.",
    },
  },
  {
    what: "a Parquet file that is cut off",
    name: "cut.parquet",
    bytes: async (dir) => (await parquet(dir)).subarray(0, -100),
    answer: {
      refused:
        "`cut.parquet` cannot be read as Parquet. Set the format to automatic, or save the file again.",
    },
  },
  {
    what: "a Parquet footer of zeros",
    name: "zeros.parquet",
    bytes: (dir) =>
      parquetWith(dir, (bytes) =>
        bytes.fill(0, bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8), bytes.length - 8),
      ),
    answer: {
      refused:
        "`zeros.parquet` cannot be read as Parquet. Set the format to automatic, or save the file again.",
    },
  },
  {
    what: "a Parquet file whose pages are noise",
    name: "pages.parquet",
    bytes: (dir) => parquetWith(dir, (bytes) => bytes.fill(0xa5, 4, 60)),
    answer: {
      refused:
        "`pages.parquet` cannot be read as Parquet. Set the format to automatic, or save the file again.",
    },
  },
  {
    what: "a Parquet file that says it has more rows than are there",
    name: "count.parquet",
    bytes: (dir) => parquetWith(dir, manyRows),
    answer: { rows: [0, 1, 2].map((n) => ({ n, text: `row ${n}` })) },
  },
];

/** In the footer, the number of rows of the file is the field behind the schema: an i64 (0x16) of 3 rows (zigzag 6). */
function manyRows(bytes: Buffer): void {
  const footer = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
  const at = bytes.indexOf(Buffer.from([0x16, 6]), footer);
  if (at < 0) throw new Error("the footer has no number of rows");
  bytes[at + 1] = 0x7e;
}

type Node = {
  id: string;
  status: string;
  outputs: Record<string, { digest: string }>;
  metrics: Record<string, number>;
  failure?: { message: string };
};
type Read = { refused: ReadonlyMap<string, string>; nodes: ReadonlyMap<string, Node> };
let reading: Promise<Read> | undefined;

/** All files are sources of one graph. Those that `check` refuses are taken out of it, and the rest is read in one run. */
async function readAll(system: HostileSystem): Promise<Read> {
  for (const { name, bytes } of FILES) await writeFile(join(system.dir, name), await bytes(system.dir));
  const all = FILES.map(({ name, params }, i) => ({
    id: `file${i}`,
    kind: "dataset-file",
    params: { path: name, ...params },
  }));
  const checked = await system.telar("check", await system.graph("formats.json", all));
  const said = [...checked.stderr.matchAll(/^(file\d+)\.path: (.*)$/gm)];
  const refused = new Map(said.map(([, id, sentence]) => [id!, sentence!]));
  const rest = all.filter(({ id }) => !refused.has(id));
  const run = await system.telar("run", await system.graph("formats.json", rest), "--json");
  const { nodes } = JSON.parse(run.stdout || '{"nodes":[]}') as { nodes: Node[] };
  if (nodes.length !== rest.length) throw new Error(`The run did not begin: ${run.stderr}`);
  return { refused, nodes: new Map(nodes.map((node) => [node.id, node])) };
}

async function answerOf(system: HostileSystem, i: number): Promise<Answer> {
  reading ??= readAll(system);
  const { refused, nodes } = await reading;
  const id = `file${i}`;
  if (refused.has(id)) return { refused: refused.get(id)! };
  const node = nodes.get(id)!;
  if (node.failure) return { fails: node.failure.message };
  const found = await previewArtifact(localStore(join(system.home, "artifacts")), node.outputs.data!.digest);
  if (found.show !== "table") throw new Error("A data file makes a table");
  const bad = node.metrics.badRows;
  return { rows: found.page.rows.map(({ _row, ...row }) => row), ...(bad ? { bad } : {}) };
}

export const rows: readonly HostileRow[] = FILES.map(({ what, answer }, i) => ({
  what,
  send: (system) => answerOf(system, i),
  answer,
}));
