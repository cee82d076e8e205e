/** The real engine over a real database: each story has a team of its own. */
import type { RunStatus } from "@/graph/run-view";
import type { Manifest } from "@/server/artifacts/manifest";
import { manifestDigest } from "@/server/artifacts/manifest";
import type { TestDatabase } from "@/server/database/testing";
import { failAttempt, returnAttempts, stopAttempt } from "../attempts/end-attempt";
import { finishNodes } from "../attempts/finish";
import { heartbeat } from "../attempts/heartbeat";
import { reapAttempts } from "../attempts/reap";
import { cancelRun } from "../cancel/cancel-run";
import { commitChanges } from "../commit/commit-changes";
import type { RunEngine } from "../commit/engine";
import { newId } from "../ids";
import type { Look, StoryEngine } from "./story-engine";
import { type Job, show } from "./story-model";
import { type Clock, nodeId, planOf, SLOTS, type Story } from "./story-steps";

const total = { threads: SLOTS, memoryBytes: 100, vram: [] };

type NodeRow = Parameters<typeof show>[1] & {
  run: number;
  nodeId: string;
  value: string | null;
  open: boolean;
};

export async function databaseEngine({ pool, prisma }: TestDatabase, story: Story, clock: Clock) {
  const engine: RunEngine = { pool, catalogue: {} };
  const name = newId();
  const team = await prisma.team.create({ data: { slug: name, name } });
  const runIds: string[] = [];
  for (const [at, specs] of story.runs.entries()) {
    const graph = await prisma.graph.create({ data: { teamId: team.id, name: `${name} ${at}` } });
    const version = await prisma.graphVersion.create({
      data: { graphId: graph.id, digest: name, number: 1, document: {} },
    });
    const id = newId();
    runIds.push(id);
    await prisma.run.create({
      data: {
        ...{
          id,
          teamId: team.id,
          graphId: graph.id,
          graphVersionId: version.id,
          number: 1,
          plan: JSON.parse(JSON.stringify(planOf(specs))),
        },
        nodeRuns: {
          create: specs.map((_, position) => ({
            ...{
              id: newId(),
              nodeId: nodeId(position),
              position,
              kind: "stub",
              kindVersion: 1,
              codeVersion: 1,
              params: {},
            },
          })),
        },
      },
    });
  }
  const started = new Set<number>();
  const rows = await pool.query<{ id: string; runId: string; position: number }>(
    'SELECT id, "runId", position FROM "NodeRun" WHERE "runId" = ANY($1)',
    [runIds],
  );
  const nodeRunId = ({ run, node }: Job) =>
    rows.rows.find((row) => row.runId === runIds[run] && row.position === node)!.id;
  const ref = ({ run, node, attempt }: Job) => ({ runId: runIds[run]!, nodeId: nodeId(node), attempt });
  const openBefore = async (job: Job) =>
    (await look()).open.includes(`${job.run}/${nodeId(job.node)}/${job.attempt}`);

  /** The clock is the database's: instead of moving it forward, everything that it is compared with moves back. */
  const tick = async (ms: number) => {
    const back = (column: string) => `"${column}" = "${column}" - ${ms} * interval '1 ms'`;
    await pool.query(`UPDATE "Attempt" SET ${back("leaseExpiresAt")} WHERE "finishedAt" IS NULL`);
    await pool.query(`UPDATE "Flight" SET ${back("leaseExpiresAt")}`);
    await pool.query(`UPDATE "NodeRun" SET ${back("notBefore")} WHERE "runId" = ANY($1)`, [runIds]);
    // Rows changed behind the engine's back: an event says so to whoever remembers them.
    await pool.query(
      `WITH run AS (UPDATE "Run" SET "eventSeq" = "eventSeq" + 1 WHERE id = ANY($1) RETURNING id, "eventSeq")
       INSERT INTO "RunEvent" ("runId", seq, type) SELECT id, "eventSeq", 'test.clock' FROM run`,
      [runIds],
    );
  };

  const look = async (): Promise<Look> => {
    const runs = await pool.query<{ id: string; status: RunStatus; seqs: number[] | null }>(
      `SELECT id, status, (SELECT array_agg(seq ORDER BY seq) FROM "RunEvent" WHERE "runId" = r.id) AS seqs
       FROM "Run" r WHERE id = ANY($1)`,
      [runIds],
    );
    const nodes = await pool.query<NodeRow>(
      `SELECT array_position($1, n."runId") - 1 AS run, n."nodeId", n.status, n.attempt, n."nodeFailures", n."lostWorkers",
         n.unavailable, a.facts->>'value' AS value, EXISTS (SELECT 1 FROM "Attempt" t
           WHERE t."nodeRunId" = n.id AND t.number = n.attempt AND t."finishedAt" IS NULL) AS open
       FROM "NodeRun" n LEFT JOIN "NodeRunOutput" o ON o."nodeRunId" = n.id LEFT JOIN "Artifact" a ON a.id = o."artifactId"
       WHERE n."runId" = ANY($1) ORDER BY n.position`,
      [runIds],
    );
    const open = await pool.query<{ name: string }>(
      `SELECT array_position($1, n."runId") - 1 || '/' || n."nodeId" || '/' || a.number AS name
       FROM "Attempt" a JOIN "NodeRun" n ON n.id = a."nodeRunId" WHERE n."runId" = ANY($1) AND a."finishedAt" IS NULL`,
      [runIds],
    );
    return {
      runs: runIds.map((id, at) =>
        started.has(at)
          ? {
              status: runs.rows.find((run) => run.id === id)!.status,
              nodes: nodes.rows.filter(({ run }) => run === at).map((node) => show(node.nodeId, node)),
            }
          : undefined,
      ),
      open: open.rows.map((row) => row.name).sort(),
      outputs: Object.fromEntries(
        nodes.rows
          .sort((a, b) => a.run - b.run)
          .flatMap(({ run, nodeId: id, value }) => (value === null ? [] : [[`${run}/${id}`, value]])),
      ),
      seqs: runs.rows.map(({ seqs }) => seqs ?? []),
    };
  };

  const played: StoryEngine = {
    async start(run) {
      started.add(run);
      await commitChanges(engine, runIds[run]!, [{ type: "start" }]);
    },
    async claim(worker, run) {
      const offer = { workerId: worker, free: total, total, max: SLOTS };
      const { claims } = await commitChanges(engine, runIds[run]!, [{ type: "claim", offer }], {
        leaseMs: clock.leaseMs,
      });
      return claims.map(({ nodeId: id, attempt }) => ({ run, node: Number(id.slice(1)), attempt }));
    },
    async beat(worker, held) {
      const asked = held.map((job) => ({ nodeRunId: nodeRunId(job), attempt: job.attempt }));
      const answers = await heartbeat(pool, worker, asked, clock.leaseMs);
      return held.filter((_, i) => answers[i]!.state === "lost");
    },
    async finish(job, value) {
      const manifest: Manifest = { type: "dataset", facts: { value }, files: [] };
      const outputs = { data: { digest: manifestDigest(manifest), manifest } };
      const { runId, ...rest } = ref(job);
      const finished = { nodeRunId: nodeRunId(job), ...rest, outputs };
      return (await finishNodes(engine, runId, [finished])).accepted[0] ?? false;
    },
    fail: (job, code) => failAttempt(engine, ref(job), { code, reason: "r", values: {} }),
    stopped: (job) => stopAttempt(engine, ref(job)),
    async giveBack(job) {
      const open = await openBefore(job);
      await returnAttempts(engine, [ref(job)]);
      return open && !(await openBefore(job));
    },
    cancel: (run) => cancelRun(engine, team.id, runIds[run]!),
    async reap() {
      // Times of stories are long, so that real time does not count.
      await reapAttempts(engine, { graceMs: clock.graceMs, longestLeaseMs: 1e9 });
    },
    tick,
    look,
  };
  const remove = async () => {
    await pool.query('DELETE FROM "Run" WHERE id = ANY($1)', [runIds]);
    await prisma.team.delete({ where: { id: team.id } });
  };
  return { engine: played, remove };
}
