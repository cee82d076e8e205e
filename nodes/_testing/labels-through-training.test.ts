/** Personal data that was found once is never forgotten: through a first training, a merge, and a second training on clean data. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { tinyLlama } from "@/engines/gguf/_testing/tiny-llama";
import { modelFacts } from "@/engines/hub/facts";
import { MESSAGES_SQL, TableWriter } from "@/engines/table";
import type { Labels } from "@/graph/ports";
import { stated } from "../base-model/definition";
import { deploy } from "../deploy/definition";
import ship from "../deploy/run";
import { loraTrain } from "../lora-train/definition";
import train from "../lora-train/run";
import { merge } from "../merge/definition";
import fold from "../merge/run";
import { pii } from "../pii/definition";
import look from "../pii/run";
import { tokenize } from "../tokenize/definition";
import encode from "../tokenize/run";
import { asInput, fakeContext, runKind } from "./context";

type Artifact = ReturnType<typeof asInput>;
let root: string;
let base: Artifact;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "telar-labels-"));
  const dir = await tinyLlama(join(root, "model"));
  const facts = await modelFacts(dir, { name: "Tiny", licence: "mit" });
  const params = { model: "tiny", source: "folder", path: "tiny", revision: "main" } as const;
  base = asInput({ dir, type: { type: "model", ...stated(params, facts) } });
});

async function chats(answer: string, labels: Labels): Promise<Artifact> {
  const dir = await mkdtemp(join(root, "data-"));
  const writer = await TableWriter.open(join(dir, "data.parquet"), [
    { name: "_row", sql: "VARCHAR" },
    { name: "messages", sql: MESSAGES_SQL },
  ]);
  const messages = [
    { role: "user", content: "who?" },
    { role: "assistant", content: answer },
  ];
  await writer.append(["r1", "r2"].map((_row) => ({ _row, messages })));
  await writer.close();
  return asInput({ dir, type: { type: "dataset", shape: "chat", rows: 2, labels } });
}

async function detect(data: Artifact, mode: "report" | "mask"): Promise<Artifact> {
  const { ctx } = await fakeContext(pii);
  return asInput(
    (await runKind(pii, look, { inputs: { data }, params: pii.params.parse({ mode }), ctx })).data,
  );
}

/** Tokens of `data`, an adapter trained on them over `model`, and both merged. */
async function trained(model: Artifact, data: Artifact) {
  const { tokens } = await runKind(tokenize, encode, {
    inputs: { data, model },
    params: tokenize.params.parse({ maxLength: 64 }),
    ctx: (await fakeContext(tokenize)).ctx,
  });
  const { adapter, report } = await runKind(loraTrain, train, {
    inputs: { model, tokens: asInput(tokens), validation: undefined },
    params: loraTrain.params.parse({ rank: 8, steps: 1, batchSize: 2 }),
    ctx: (await fakeContext(loraTrain, { threads: 1 })).ctx,
  });
  const merged = await runKind(merge, fold, {
    inputs: { model, adapter: asInput(adapter) },
    params: merge.params.parse({}),
    ctx: (await fakeContext(merge)).ctx,
  });
  return { tokens, adapter: asInput(adapter), report, model: asInput(merged.model) };
}

async function deployed(model: Artifact, adapter: Artifact | undefined) {
  const { ctx } = await fakeContext(deploy);
  return runKind(deploy, ship, {
    inputs: { model, adapter, report: undefined },
    params: deploy.params.parse({ slug: "s" }),
    ctx,
  });
}
const labels = ({ facts }: { facts: { labels?: Labels } }) => facts.labels;

test("a second training on masked data and its merge keep what the first one found, and deploy refuses", async () => {
  const first = await trained(
    base,
    await detect(await chats("ana@example.org", { pii: "unknown", origins: ["faq.jsonl"] }), "report"),
  );
  expect(labels(first.adapter)).toEqual({
    pii: "found",
    licences: ["mit"],
    origins: ["faq.jsonl", "tiny"],
  });
  expect(first.report.type.labels?.pii).toBe("found");

  const clean = await detect(
    await chats("bob@example.org", { pii: "unknown", origins: ["mail.csv"] }),
    "mask",
  );
  const second = await trained(first.model, clean);
  expect(second.tokens.type.labels).toEqual({ pii: "masked", origins: ["mail.csv"] });
  for (const one of [second.adapter, second.model]) {
    expect(labels(one)).toEqual({
      pii: "found",
      licences: ["mit"],
      origins: ["faq.jsonl", "mail.csv", "tiny"],
    });
  }
  await expect(deployed(second.model, undefined)).rejects.toMatchObject({ reason: "personal-data" });
  await expect(deployed(base, second.adapter)).rejects.toMatchObject({ reason: "personal-data" });
});

test("what was trained on masked data alone is deployed", async () => {
  const data = await detect(await chats("ana@example.org", { pii: "unknown" }), "mask");
  const { model } = await trained(base, data);
  expect(labels(model)?.pii).toBe("masked");
  const { endpoint } = await deployed(model, undefined);
  expect(endpoint.type.labels?.pii).toBe("masked");
});
