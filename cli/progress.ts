/** One line at the bottom that shows how far the running nodes are; only where a person looks. */
import type { Pool } from "@/server/db";
import { duration } from "./output";

const EVERY_MS = 500;

type Row = {
  nodeId: string;
  progress: { done: number; total?: number; unit: string; secondsLeft?: number } | null;
};

export function watchProgress(pool: Pool, runId: string) {
  const out = process.stderr;
  let shown = "";
  let asking = false;
  const clear = () => {
    if (shown) out.write("\r\u001b[K");
    shown = "";
  };
  const show = async () => {
    if (asking) return;
    asking = true;
    const rows = await pool
      .query<Row>(
        `SELECT n."nodeId", a.progress FROM "NodeRun" n JOIN "Attempt" a ON a."nodeRunId" = n.id AND a.number = n.attempt
         WHERE n."runId" = $1 AND n.status = 'RUNNING' ORDER BY n.position`,
        [runId],
      )
      .then(
        (result) => result.rows,
        () => [],
      );
    asking = false;
    const text = rows
      .flatMap(({ nodeId, progress }) => (progress ? [`${nodeId} ${progressText(progress)}`] : []))
      .join(" · ");
    clear();
    shown = text;
    if (text) out.write(`  ${text}`.slice(0, (out.columns ?? 100) - 1));
  };
  const timer = out.isTTY ? setInterval(() => void show(), EVERY_MS) : undefined;
  return {
    line(text: string | undefined): void {
      if (!text) return;
      clear();
      out.write(`${text}\n`);
    },
    stop(): void {
      clearInterval(timer);
      clear();
    },
  };
}

function progressText({ done, total, unit, secondsLeft }: NonNullable<Row["progress"]>): string {
  const left = secondsLeft === undefined ? "" : `, ${duration(secondsLeft)} left`;
  return total === undefined ? `${done} ${unit}${left}` : `${done} of ${total} ${unit}${left}`;
}
