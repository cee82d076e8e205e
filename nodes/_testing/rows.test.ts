/** What every kind that reads rows must hold: each row goes on or stands in the ledger with a code that has a sentence. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tinyLlama } from "@/engines/gguf/_testing/tiny-llama";
import { modelFacts } from "@/engines/hub/facts";
import { closeTables, describeTable, MESSAGES_SQL, type Row, readRows, TableWriter } from "@/engines/table";
import type { AnyNode } from "@/graph/define-node";
import type { DatasetShape } from "@/graph/ports";
import type { Failure, Values } from "@/graph/problems";
import { ledgerSentence } from "@/messages/words";
import { catalogue, NODE_KINDS } from "../index";
import { loadRunner } from "../runners";
import { nodeTexts } from "../texts";
import { asInput, fakeContext } from "./context";

type Artifact = ReturnType<typeof asInput>;
let root: string;
let model: Artifact;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "telar-rows-"));
  const dir = await tinyLlama(join(root, "model"));
  model = asInput({ dir, type: { type: "model", ...(await modelFacts(dir, { name: "Tiny" })) } });
});
afterAll(closeTables);

const turns = (...turns: [string, string | null][]) => turns.map(([role, content]) => ({ role, content }));
const GOOD = Array.from({ length: 12 }, (_, i) =>
  turns(
    ["user", `what is number ${i}?`],
    ["assistant", `it is well known: ${i}, mail me at x${i}@example.org`],
  ),
);
/** In many ways no conversation. */
const BAD = [
  [],
  turns(["user", "no answer follows"]),
  turns(["user", null], ["assistant", "x"]),
  turns(["assistant", "nothing was asked"]),
  null,
];
const LONG = turns(["user", `q${" long".repeat(300)}`], ["assistant", "a"]);
const TWICE = GOOD[0]!;

async function data(shape: DatasetShape, conversations: (Row["messages"] | undefined)[]): Promise<Artifact> {
  const dir = await mkdtemp(join(root, "data-"));
  const path = join(dir, "data.parquet");
  const writer = await TableWriter.open(path, [
    { name: "_row", sql: "VARCHAR" },
    { name: "messages", sql: MESSAGES_SQL },
    { name: "text", sql: "VARCHAR" },
  ]);
  await writer.append(
    conversations.map((messages, i) => ({
      _row: `3f2a9c1b:r${i + 1}`,
      messages: messages ?? null,
      text: messages ? JSON.stringify(messages) : null,
    })),
  );
  await writer.close();
  const { columns, rows } = await describeTable(path);
  return asInput({ dir, type: { type: "dataset", shape, columns, rows } });
}

const takesRows = ({ inputs }: AnyNode) => Object.values(inputs).some(({ want }) => want.type === "dataset");
const readers = NODE_KINDS.filter((kind) => takesRows(catalogue[kind]!));
const sources = NODE_KINDS.filter((kind) => catalogue[kind]!.rowsFrom !== undefined);
/** A chat where it is taken: it can be wrong in most ways. */
function shapeFor({ inputs }: AnyNode): DatasetShape {
  for (const { want } of Object.values(inputs))
    if (want.type === "dataset" && want.shapes && !want.shapes.includes("chat")) return want.shapes[0]!;
  return "chat";
}

async function go(kind: string, rows: Artifact, over: object = {}) {
  const definition: AnyNode = catalogue[kind]!;
  const { ctx, reported } = await fakeContext(definition, { threads: 1 });
  const inputs: Record<string, unknown> = {};
  for (const [port, { want, optional, list }] of Object.entries(definition.inputs)) {
    const given = want.type === "dataset" ? rows : want.type === "model" ? model : undefined;
    if (given && !optional) inputs[port] = list ? { in1: given } : given;
  }
  const allowed = Object.fromEntries(
    Object.entries({ maxBadRows: 1, maxTokens: 8, samples: 2, maxLength: 64, ...over }).filter(
      ([name]) => name in definition.params.shape,
    ),
  );
  const run = await loadRunner(kind as never);
  const outputs = await run({ inputs, params: definition.params.parse(allowed), ctx });
  const metric = (name: string) => reported.metrics.findLast(([given]) => given === name)?.[2];
  return { outputs, metric };
}

async function ledgerOf(outputs: Record<string, { dir: string }>): Promise<Row[]> {
  const rows: Row[] = [];
  if (outputs.ledger)
    for await (const row of readRows(join(outputs.ledger.dir, "data.parquet"))) rows.push(row);
  return rows;
}

describe.each(readers)("%s", (kind) => {
  const definition: AnyNode = catalogue[kind]!;
  const all = [...GOOD, ...BAD, LONG, TWICE];

  it("counts every row once: kept + changed + removed + bad are the rows given", async () => {
    const { outputs, metric } = await go(kind, await data(shapeFor(definition), all));
    const ledger = await ledgerOf(outputs);
    const out = (action: string) => ledger.filter((row) => row.action === action).length;
    const went = Object.entries(outputs).flatMap(([port, { type }]) =>
      definition.outputs[port]!.secondary || (type.type !== "dataset" && type.type !== "tokens")
        ? []
        : [type.rows ?? 0],
    );
    // What makes no rows of its rows, such as an evaluation, says how many it took.
    const kept = went.length ? went.reduce((sum, rows) => sum + rows, 0) : metric("kept");
    expect(kept! + out("removed") + out("bad")).toBe(all.length);
    expect(new Set(ledger.map((row) => row._row)).size).toBe(ledger.length);
    expect(out("changed")).toBeLessThanOrEqual(kept!);
    if (outputs.ledger) {
      expect(metric("kept")).toBe(kept);
      expect(metric("removed")).toBe(out("removed"));
      expect(metric("changed")).toBe(out("changed"));
      expect(metric("badRows") ?? 0).toBe(out("bad"));
    }
  });

  it("has a sentence in every language for each code in its ledger", async () => {
    const { outputs } = await go(kind, await data(shapeFor(definition), all));
    for (const { rule, values } of await ledgerOf(outputs)) {
      for (const locale of ["en", "es", "pt"] as const) {
        const sentence = ledgerSentence(String(rule), (values ?? {}) as Values, kind, locale);
        expect(sentence, `${kind} ${rule} ${locale}`).not.toContain("{");
      }
    }
  });
});

const limited = readers.filter((kind) => "maxBadRows" in catalogue[kind]!.params.shape);

it("kinds that may meet rows they cannot use have a ledger and allow a twentieth of them", () => {
  expect(limited.length).toBeGreaterThan(2);
  for (const kind of [...limited, ...sources]) {
    const { params, outputs } = catalogue[kind]! as AnyNode;
    expect(params.shape.maxBadRows?.parse(undefined), kind).toBe(0.05);
    expect(outputs.ledger, kind).toEqual({ type: "dataset", secondary: true });
    for (const texts of Object.values(nodeTexts))
      for (const reason of ["too-many-bad-rows", "no-rows-left"])
        expect(texts[kind].failures?.[reason], `${kind} ${reason}`).toBeTruthy();
  }
});

it.each(limited)("%s stops above the share of bad rows, and where no row is left", async (kind) => {
  const shape = shapeFor(catalogue[kind]!);
  const outcome = (rows: Artifact, over: object) =>
    go(kind, rows, over).then(
      () => "done",
      (error: Failure) => `${error.code} ${error.reason} ${error.values.rule ?? ""}`,
    );
  // An empty text, or an empty list of messages, is nothing that any of them could use.
  const bad = await data(shape, [...GOOD, undefined]);
  expect(await outcome(bad, { maxBadRows: 0.05 })).toMatch(/^INVALID_INPUT too-many-bad-rows [a-z-]+$/);
  expect(await outcome(bad, { maxBadRows: 0.1 })).toBe("done");
  expect(await outcome(await data(shape, [undefined]), { maxBadRows: 1 })).toBe(
    "INVALID_INPUT no-rows-left ",
  );
});
