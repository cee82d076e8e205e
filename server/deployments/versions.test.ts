import { afterAll, beforeAll, expect, test } from "vitest";
import type { EndpointFacts } from "@/graph/ports";
import { readRoots } from "../artifacts/collect/read-roots";
import { type TestDatabase, testDatabase } from "../database/testing";
import { transaction } from "../db";
import { listDeployments } from "../overview/list-deployments";
import { findReplaced } from "../runs/forecast/find-replaced";
import { listVersions } from "./list-versions";
import { serveVersion } from "./serve-version";
import { findDeployment } from "./served";
import { upsertDeployment } from "./upsert-deployment";
import { keepWrongAnswer, listWrongAnswers, wrongAnswerSchema } from "./wrong-answers";

const TEAM = "team";
let database: TestDatabase;
let artifacts = 0;

beforeAll(async () => {
  database = await testDatabase();
  const { pool } = database;
  await pool.query('INSERT INTO "Team" (id, slug, name) VALUES ($1, $1, $1)', [TEAM]);
  await pool.query(
    `INSERT INTO "Graph" (id, "teamId", name, "updatedAt") VALUES ('g', $1, 'Support', now())`,
    [TEAM],
  );
  await pool.query(
    `INSERT INTO "GraphVersion" (id, "graphId", number, document, digest) VALUES ('v', 'g', 1, '{}', 'd')`,
  );
  for (let number = 1; number <= 9; number++)
    await pool.query(
      `INSERT INTO "Run" (id, "teamId", "graphId", "graphVersionId", number, plan) VALUES ($1, $2, 'g', 'v', $3, '{"nodes":[]}')`,
      [`r${number}`, TEAM, number],
    );
});
afterAll(() => database.close());

/** A run gives `slug` an endpoint with these facts. */
async function given(slug: string, run: number, facts: EndpointFacts, artifactId?: string) {
  const id = artifactId ?? `a${++artifacts}`;
  if (!artifactId)
    await database.pool.query(
      `INSERT INTO "Artifact" (id, "teamId", digest, type, facts, manifest) VALUES ($1, $2, $1, 'endpoint', $3, '{}')`,
      [id, TEAM, JSON.stringify(facts)],
    );
  const change = { teamId: TEAM, slug, artifactId: id, facts, runId: `r${run}`, nodeId: "deploy" };
  return { artifactId: id, ...(await transaction(database.pool, (tx) => upsertDeployment(tx, change))) };
}
const perplexity = (value: number, on = "sha256:rows"): EndpointFacts => ({
  onlyIfBetter: true,
  measured: { name: "perplexity", value, better: "lower", on },
});
const versions = async (slug: string) =>
  (await listVersions(database.pool, TEAM, slug)).map(({ number, served, run, held }) => ({
    ...{ number, served, run: run?.number },
    ...(held && { held: held.reason }),
  }));
const served = (slug: string) => findDeployment(database.pool, { teamId: TEAM, name: slug });

test("each new endpoint is the next version and is served; an earlier one is served again on request", async () => {
  const first = await given("plain", 1, {});
  await given("plain", 2, {});
  expect(await versions("plain")).toEqual([
    { number: 2, served: true, run: 2 },
    { number: 1, served: false, run: 1 },
  ]);
  const before = (await served("plain"))!.generation;
  await serveVersion(database.pool, { teamId: TEAM, slug: "plain", version: 1 });
  const now = await served("plain");
  expect(now).toMatchObject({ version: 1, digest: first.artifactId, desired: "READY" });
  expect(now!.generation).toBeGreaterThan(before);
  // What a run gives after a step back is a version of its own, not the one that was stepped back from.
  expect(await given("plain", 3, {})).toMatchObject({ version: 3 });
});

test("the endpoint that is served already stays the version that it is, and names the run that gave it last", async () => {
  const { artifactId } = await given("same", 1, {});
  expect(await given("same", 4, {}, artifactId)).toMatchObject({ version: 1 });
  expect(await versions("same")).toEqual([{ number: 1, served: true, run: 4 }]);
});

test("a version that is no worse is served, one that is worse is held back until a person serves it", async () => {
  await given("gated", 1, perplexity(31.6));
  expect(await given("gated", 2, perplexity(31.6))).toMatchObject({ version: 2, held: undefined });
  const worse = await given("gated", 3, perplexity(33.2));
  expect(worse).toMatchObject({
    version: 3,
    held: { reason: "worse", values: { metric: "perplexity", value: 33.2, served: 31.6 } },
  });
  expect(await served("gated")).toMatchObject({ version: 2 });
  // The same once more is no fourth version.
  expect(await given("gated", 4, perplexity(33.2), worse.artifactId)).toMatchObject({ version: 3 });
  const [listed] = (await listDeployments(database.prisma, TEAM)).filter(({ slug }) => slug === "gated");
  expect(listed).toMatchObject({ version: 2, held: 3, run: { number: 2 } });
  await serveVersion(database.pool, { teamId: TEAM, slug: "gated", version: 3 });
  expect(await versions("gated")).toMatchObject([{ number: 3, served: true }, { number: 2 }, { number: 1 }]);
});

test.each([
  ["the served one was not measured", {}, perplexity(3), "served-not-measured"],
  ["other rows", perplexity(31), perplexity(3, "sha256:others"), "other-rows"],
  ["a number that is none", perplexity(31), perplexity(Number.NaN), "worse"],
  [
    "another metric",
    perplexity(31),
    { onlyIfBetter: true, measured: { name: "rougeL", value: 9, better: "higher", on: "sha256:rows" } },
    "other-metric",
  ],
] as [string, EndpointFacts, EndpointFacts, string][])(
  "what cannot be compared is held back: %s",
  async (name, before, after, reason) => {
    const slug = name.replaceAll(" ", "-");
    await given(slug, 1, before);
    expect((await given(slug, 2, after)).held?.reason).toBe(reason);
  },
);

test("higher is better where the metric says so", async () => {
  const score = (value: number): EndpointFacts => ({
    onlyIfBetter: true,
    measured: { name: "exactMatch", value, better: "higher", on: "sha256:rows" },
  });
  await given("score", 1, score(0.7));
  expect((await given("score", 2, score(0.6))).held?.reason).toBe("worse");
  expect((await given("score", 3, score(0.8))).held).toBeUndefined();
});

test("a version of another team, one that never was, and one whose files are gone are not served", async () => {
  const { artifactId } = await given("gone", 1, {});
  await given("gone", 2, {});
  await database.pool.query(`UPDATE "Artifact" SET state = 'COLLECTED' WHERE id = $1`, [artifactId]);
  const ask = (teamId: string, version: number) =>
    serveVersion(database.pool, { teamId, slug: "gone", version });
  await expect(ask("other", 1)).rejects.toMatchObject({ reason: "deployment-not-found" });
  await expect(ask(TEAM, 7)).rejects.toMatchObject({ reason: "version-not-found" });
  await expect(ask(TEAM, 1)).rejects.toMatchObject({ reason: "version-collected" });
  expect(await served("gone")).toMatchObject({ version: 2 });
  expect((await listVersions(database.pool, TEAM, "gone")).map(({ kept }) => kept)).toEqual([true, false]);
});

test("the newest versions are kept for a step back, older ones are not", async () => {
  const made: string[] = [];
  for (let run = 1; run <= 7; run++) made.push((await given("kept", run, {})).artifactId);
  const roots = await readRoots(database.pool, { recentMs: -1, graceMs: -1_000_000 });
  const kept = new Set(
    roots.flatMap((root) => ("artifactId" in root && root.reason === "served" ? [root.artifactId] : [])),
  );
  expect(made.map((id) => kept.has(id))).toEqual([false, false, true, true, true, true, true]);
});

test("before a run it is known which version of which run it would replace", async () => {
  await given("next", 5, {});
  const types = {
    "ship.endpoint": { type: "endpoint", slug: "next" },
    "new.endpoint": { type: "endpoint", slug: "never-deployed" },
    "train.adapter": { type: "adapter" },
  } as const;
  expect([...(await findReplaced(database.pool, TEAM, types))]).toEqual([
    ["ship", { slug: "next", version: 1, run: 5, graph: "Support", onlyIfBetter: false }],
  ]);
  expect((await findReplaced(database.pool, "other", types)).size).toBe(0);
});

test("an answer called wrong is kept with its conversation, for the team alone, and the oldest make room", async () => {
  await given("asked", 1, {});
  await database.pool.query(`INSERT INTO "User" (id, name, email) VALUES ('u', 'Ana', 'ana@example.org')`);
  const by = { teamId: TEAM, userId: "u" };
  const messages = [
    { role: "user" as const, content: "¿2 + 2?" },
    { role: "assistant" as const, content: "5" },
  ];
  await keepWrongAnswer(database.pool, by, { slug: "asked", version: 1, messages });
  expect(await listWrongAnswers(database.pool, TEAM, "asked")).toMatchObject([
    { version: 1, messages, who: "Ana" },
  ]);
  expect(await listWrongAnswers(database.pool, "other", "asked")).toEqual([]);
  await expect(
    keepWrongAnswer(database.pool, { ...by, teamId: "other" }, { slug: "asked", messages }),
  ).rejects.toMatchObject({ reason: "deployment-not-found" });
  await database.pool.query(
    `INSERT INTO "WrongAnswer" (id, "deploymentId", messages, "createdAt")
     SELECT 'old' || i, d.id, '[]', now() - interval '1 day' FROM "Deployment" d, generate_series(1, 1000) i WHERE d.slug = 'asked'`,
  );
  await keepWrongAnswer(database.pool, by, { slug: "asked", messages });
  expect(await listWrongAnswers(database.pool, TEAM, "asked")).toHaveLength(1000);
});

test.each([
  ["nothing but a question", [{ role: "user", content: "?" }]],
  [
    "a question at the end",
    [
      { role: "assistant", content: "a" },
      { role: "user", content: "?" },
    ],
  ],
  [
    "more text than a conversation has",
    [
      { role: "user", content: "x".repeat(200_000) },
      { role: "assistant", content: "a" },
    ],
  ],
])("what is no answer is not kept: %s", (_, messages) => {
  expect(wrongAnswerSchema.safeParse({ slug: "asked", messages }).success).toBe(false);
});
