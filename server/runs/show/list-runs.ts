/** Runs of a team or a graph, newest first, in pages. */
import type { RunStatus, RunView } from "@/graph/run-view";
import type { Pool } from "@/server/db";
import { RUN_COLUMNS, type RunRow, runHead } from "./show-run";

export type ListRuns = {
  graphId?: string;
  runGroupId?: string;
  status?: readonly RunStatus[];
  limit?: number;
  /** The `next` of the page before. */
  before?: string;
};
export type RunSummary = Omit<RunView, "nodes"> & {
  who: string | null;
  smoke: boolean;
  /** Node runs by status. */
  counts: Partial<Record<RunView["nodes"][number]["status"], number>>;
};
export type RunPage = { runs: RunSummary[]; next: string | undefined };

export async function listRuns(pool: Pool, teamId: string, options: ListRuns = {}): Promise<RunPage> {
  const limit = Math.min(Math.max(1, options.limit ?? 25), 200);
  const { rows } = await pool.query<
    RunRow & { who: string | null; smoke: boolean; counts: RunSummary["counts"] }
  >(
    `SELECT ${RUN_COLUMNS}, coalesce(u.name, r.who) AS who, r.smoke,
       (SELECT coalesce(jsonb_object_agg(c.status, c.n), '{}') FROM (
          SELECT n.status, count(*) AS n FROM "NodeRun" n WHERE n."runId" = r.id GROUP BY n.status) c) AS counts
     FROM "Run" r JOIN "Graph" g ON g.id = r."graphId" LEFT JOIN "User" u ON u.id = r."createdById"
     WHERE r."teamId" = $1 AND ($2::text IS NULL OR r."graphId" = $2) AND ($3::text IS NULL OR r."runGroupId" = $3)
       AND ($4::text[] IS NULL OR r.status::text = ANY($4)) AND ($5::text IS NULL OR r.id < $5)
     ORDER BY r.id DESC LIMIT $6`,
    [
      teamId,
      options.graphId ?? null,
      options.runGroupId ?? null,
      options.status ?? null,
      options.before ?? null,
      limit + 1,
    ],
  );
  const page = rows.slice(0, limit);
  return {
    runs: page.map((row) => ({ ...runHead(row), who: row.who, smoke: row.smoke, counts: row.counts })),
    next: rows.length > limit ? page.at(-1)?.id : undefined,
  };
}
