/** The database of the system under test, for what no page does yet. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { readState } from "./system/state";

export async function database(): Promise<Client> {
  const file = join(readState().home, "database/postmaster.pid");
  const [, , , port, host] = readFileSync(file, "utf8").split("\n");
  const client = new Client({ host: host!.trim(), port: Number(port), user: "telar", database: "telar" });
  await client.connect();
  return client;
}
