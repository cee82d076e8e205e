import { expect, test } from "vitest";
import { sqlStatements } from "./_testing/statements";
import { testDatabase } from "./testing";

test("every raw statement fits the migrated database", async () => {
  const database = await testDatabase();
  const client = await database.pool.connect();
  const wrong: string[] = [];
  const seen = new Set<string>();
  for (const { at, text } of sqlStatements()) {
    if (seen.has(text)) continue;
    seen.add(text);
    await client.query(`PREPARE probe AS ${text}`).then(
      () => client.query("DEALLOCATE probe"),
      (error: Error) => wrong.push(`${at}: ${error.message}\n${text}`),
    );
  }
  client.release();
  await database.close();
  expect(wrong).toEqual([]);
  // As many as the sources hold: fewer means that the look for them is broken.
  expect(seen.size).toBeGreaterThan(80);
});
