import type { Queryable } from "../db";
import { DEPLOYMENT_CHANNEL } from "./channel";

/** False when the team has no deployment of that name. The gateway acts on the row; the notification only wakes it. */
async function setDesired(
  db: Queryable,
  teamId: string,
  slug: string,
  desired: "READY" | "STOPPED",
): Promise<boolean> {
  const { rows } = await db.query<{ id: string }>(
    `UPDATE "Deployment" SET generation = generation + 1, desired = $3::"DeploymentState", "updatedAt" = now()
     WHERE "teamId" = $1 AND slug = $2 RETURNING id`,
    [teamId, slug, desired],
  );
  const [row] = rows;
  if (row) await db.query("SELECT pg_notify($1, $2)", [DEPLOYMENT_CHANNEL, row.id]);
  return row !== undefined;
}

export const startDeployment = (db: Queryable, teamId: string, slug: string) =>
  setDesired(db, teamId, slug, "READY");
/** Requests under way finish; the memory is given back. */
export const stopDeployment = (db: Queryable, teamId: string, slug: string) =>
  setDesired(db, teamId, slug, "STOPPED");
