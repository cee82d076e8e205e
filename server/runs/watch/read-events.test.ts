import { rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createPool } from "@/server/db";
import { graph, testBench } from "@/server/worker/_testing/test-bench";
import { createListener } from "./listener";
import { followEvents } from "./read-events";

test("whoever follows a run waits while the database is away, and misses and repeats nothing", async () => {
  const bench = await testBench();
  // The server's socket is found only while this link is there.
  const url = new URL(bench.url);
  const socketDir = url.searchParams.get("host")!;
  const link = join(bench.home, "socket");
  url.searchParams.set("host", link);
  await symlink(socketDir, link);
  const pool = createPool(url.href, { name: "follower" });
  const listener = createListener(url.href);
  const runId = await bench.start(
    graph({ a: ["slow", { ms: 300, steps: 3 }], b: ["step"] }, "a.data > b.data"),
  );
  const seqs: number[] = [];
  for await (const events of followEvents({ pool, listener }, runId)) {
    if (!seqs.length) {
      await rm(link);
      await bench.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name IN ('follower', 'telar-listen') AND datname = current_database()`,
      );
      await bench.worker();
      void bench.finished(runId).then(() => symlink(socketDir, link));
    }
    seqs.push(...events.map(({ seq }) => seq));
  }
  const { rows } = await bench.pool.query<{ seqs: number[] }>(
    'SELECT array_agg(seq ORDER BY seq) AS seqs FROM "RunEvent"',
  );
  expect(seqs).toEqual(rows[0]!.seqs);
  await listener.close();
  await pool.end();
  await bench.close();
});
