/** What must hold of a run and of the store, whatever happened. Answers with what does not, in words. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { NodeRunStatus, RunStatus } from "@/graph/run-view";
import { foldRun, isDone, isTerminal } from "@/graph/status";
import { hashFile } from "@/server/artifacts";
import type { Pool } from "@/server/db";
import { isRunning } from "./processes";
import type { ChaosSystem } from "./system";

type NodeRow = {
  id: string;
  nodeId: string;
  status: NodeRunStatus;
  attempt: number;
  ended: boolean;
  tag: string;
  outputs: number;
  open: number[];
};
type EventRow = { seq: number; type: string; nodeId: string | null; status: string | null };
type RunRow = { status: RunStatus; eventSeq: number; ended: boolean; cancelled: boolean };

export async function brokenInRun({ pool, diaries }: ChaosSystem, runId: string): Promise<string[]> {
  // Diaries on both sides of the rows: a start is in the rows before it is in the diary, an end afterwards.
  const earlier = await readDiaries(diaries, (await readRun(pool, runId)).nodes);
  const { run, nodes, events } = await readRun(pool, runId);
  const later = await readDiaries(diaries, nodes);
  const broken: string[] = [];
  const must = (holds: boolean, what: string) => void (holds || broken.push(what));

  must(
    events.every(({ seq }, i) => seq === i + 1) && run.eventSeq === events.length,
    `events are numbered ${events.map(({ seq }) => seq)} and counted ${run.eventSeq}`,
  );
  const folded = foldRun(
    nodes.map(({ status }) => status),
    run.cancelled,
  );
  // A run that has begun does not go back to the queue when its only running node is tried again.
  const goesOn = run.status === "RUNNING" && folded === "QUEUED";
  must(run.status === folded || goesOn, `the run is ${run.status}, its nodes say ${folded}`);
  must(
    run.ended === ["SUCCEEDED", "FAILED", "CANCELLED"].includes(run.status),
    "the run's end is not its status'",
  );
  for (const node of nodes) {
    const mine = events.filter(({ nodeId }) => nodeId === node.nodeId);
    const say = (holds: boolean, what: string) => must(holds, `${node.nodeId} (${node.status}): ${what}`);
    say(!mine.length || mine.at(-1)!.status === node.status, `its last event says ${mine.at(-1)?.status}`);
    // What a node made may be made again, when it was lost; nothing else follows an end.
    const over = mine.filter(({ status }, i) => isTerminal(status as NodeRunStatus) && mine[i + 1]);
    const after = over.map((end) => mine[mine.indexOf(end) + 1]!.type);
    say(
      after.every((type) => type === "node.retrying"),
      `after its end came ${after}`,
    );
    say(node.ended === isTerminal(node.status), "its end is not its status'");
    const open = node.status === "RUNNING" ? [node.attempt] : [];
    say(String(node.open) === String(open), `attempts ${node.open} are open`);
    say(!isDone(node.status) || node.outputs === 1, `it has ${node.outputs} outputs`);
    const starts = linesOf(earlier, node, "start").length;
    say(starts <= node.attempt, `it ran ${starts} times in ${node.attempt} attempts`);
    say(node.status !== "SUCCEEDED" || linesOf(later, node, "end").length > 0, "it never came to its end");
    if (node.status === "CANCELLED" && mine.at(-2)?.type === "node.running") {
      const pid = Number(linesOf(later, node, "start").at(-1)?.split(" ")[1]);
      say(!pid || !isRunning(pid), `its process ${pid} still runs`);
    }
  }
  return broken;
}

/** How far the diaries of nodes have come that are over: nobody may write there any more. */
export async function diarySizes(
  { pool, diaries }: ChaosSystem,
  runId: string,
): Promise<Map<string, number>> {
  const { nodes } = await readRun(pool, runId);
  const over = nodes.filter(({ status }) => status === "CANCELLED");
  return new Map(
    await Promise.all(over.map(async ({ tag }) => [tag, (await readDiary(diaries, tag)).length] as const)),
  );
}

export async function grown(
  { diaries }: ChaosSystem,
  before: ReadonlyMap<string, number>,
): Promise<string[]> {
  const broken: string[] = [];
  for (const [tag, lines] of before)
    if ((await readDiary(diaries, tag)).length !== lines)
      broken.push(`${tag} went on after it was cancelled`);
  return broken;
}

/** Every artifact row since `after` with all its bytes, each file hashed. Returns the newest id too. */
export async function brokenInStore(
  { pool, storeDir }: ChaosSystem,
  after: string,
): Promise<{ broken: string[]; newest: string }> {
  const { rows } = await pool.query<{
    id: string;
    digest: string;
    manifest: { files: { sha256: string; size: number }[] };
  }>('SELECT id, digest, manifest FROM "Artifact" WHERE id > $1 ORDER BY id', [after]);
  const broken: string[] = [];
  for (const { digest, manifest } of rows) {
    const sha256s = [digest.slice("sha256:".length), ...manifest.files.map((file) => file.sha256)];
    for (const sha256 of sha256s) {
      const found = await hashFile(join(storeDir, "sha256", sha256.slice(0, 2), sha256)).catch(
        () => undefined,
      );
      if (found?.sha256 !== sha256) broken.push(`artifact ${digest} lacks the bytes of ${sha256}`);
    }
  }
  return { broken, newest: rows.at(-1)?.id ?? after };
}

type Diaries = ReadonlyMap<string, string[]>;

async function readDiaries(dir: string, nodes: readonly NodeRow[]): Promise<Diaries> {
  return new Map(await Promise.all(nodes.map(async ({ tag }) => [tag, await readDiary(dir, tag)] as const)));
}

const linesOf = (diaries: Diaries, { tag }: NodeRow, word: string): string[] =>
  (diaries.get(tag) ?? []).filter((line) => line.startsWith(word));

async function readDiary(diaries: string, tag: string): Promise<string[]> {
  const text = await readFile(join(diaries, tag), "utf8").catch(() => "");
  return text.split("\n").filter(Boolean);
}

async function readRun(pool: Pool, runId: string) {
  // One statement: it sees one moment.
  const { rows } = await pool.query<{ run: RunRow; nodes: NodeRow[]; events: EventRow[] | null }>(
    `SELECT jsonb_build_object('status', r.status, 'eventSeq', r."eventSeq", 'ended', r."finishedAt" IS NOT NULL,
        'cancelled', r."cancelRequestedAt" IS NOT NULL) AS run,
      (SELECT jsonb_agg(jsonb_build_object('id', n.id, 'nodeId', n."nodeId", 'status', n.status, 'attempt', n.attempt,
          'ended', n."finishedAt" IS NOT NULL, 'tag', n.params->>'tag',
          'outputs', (SELECT count(*) FROM "NodeRunOutput" o WHERE o."nodeRunId" = n.id),
          'open', (SELECT coalesce(jsonb_agg(a.number), '[]') FROM "Attempt" a WHERE a."nodeRunId" = n.id AND a."finishedAt" IS NULL)))
       FROM "NodeRun" n WHERE n."runId" = r.id) AS nodes,
      (SELECT jsonb_agg(jsonb_build_object('seq', e.seq, 'type', e.type, 'nodeId', e."nodeId", 'status', e.payload->>'status')
          ORDER BY e.seq) FROM "RunEvent" e WHERE e."runId" = r.id) AS events
     FROM "Run" r WHERE r.id = $1`,
    [runId],
  );
  const { run, nodes, events } = rows[0]!;
  return { run, nodes, events: events ?? [] };
}
