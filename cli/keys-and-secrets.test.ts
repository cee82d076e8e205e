/** Keys, secrets and teams from the command line: shown once or never, and always of the team that was meant. */
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createStore } from "@/server/artifacts/index";
import { createPool } from "@/server/db";
import { parseEnv } from "@/server/env";
import { startGateway } from "@/server/gateway/start-gateway";
import { findKey } from "@/server/keys/find-key";
import { openSecretBox, secretReader } from "@/server/worker/secrets";
import { telarHome } from "./_testing/telar";

vi.setConfig({ testTimeout: 240_000 });

let home: Awaited<ReturnType<typeof telarHome>>;
beforeAll(async () => {
  home = await telarHome();
});
afterAll(() => home.remove());

/** All that the database holds, as text. */
async function everything(): Promise<string> {
  const client = new pg.Client({ connectionString: home.databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query(
      "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
    );
    const texts: string[] = [];
    for (const { table_name } of tables)
      for (const row of (await client.query(`SELECT * FROM "${table_name}"`)).rows)
        texts.push(
          JSON.stringify(row, (_key, value) =>
            value?.type === "Buffer" ? Buffer.from(value.data).toString("latin1") : value,
          ),
        );
    return texts.join("\n");
  } finally {
    await client.end();
  }
}

test("a key is shown once, works until it is revoked, and is kept as a hash", async () => {
  const made = await home.telar(
    "key",
    "create",
    "ci",
    "--scope",
    "models",
    "--scope",
    "metrics",
    "--expires",
    "30",
  );
  expect(made.code, made.stderr).toBe(0);
  const key = made.stdout.trim();
  expect(key).toMatch(/^telar_[\w-]{43}$/);
  expect(made.stderr).not.toContain(key);

  const pool = createPool(home.databaseUrl);
  try {
    expect(await findKey(pool, key)).toMatchObject({ scopes: ["models", "metrics"] });
    const listed = await home.telar("key", "list", "--json");
    expect(listed.stdout).not.toContain(key);
    const [entry] = JSON.parse(listed.stdout).keys;
    expect(entry).toMatchObject({ name: "ci", state: "works", scopes: ["models", "metrics"] });
    expect(key.startsWith(entry.hint.slice(0, -1))).toBe(true);
    const days = (Date.parse(entry.expiresAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29);
    expect(days).toBeLessThan(31);
    expect(await everything()).not.toContain(key);

    const again = await home.telar("key", "create", "ci");
    expect(again).toMatchObject({ code: 2, stdout: "" });
    expect(again.stderr).toContain("already");
    expect((await home.telar("key", "revoke", "ci")).code).toBe(0);
    expect(await findKey(pool, key)).toBeUndefined();
    expect((await home.telar("key", "revoke", "ci")).code).toBe(2);
    expect((await home.telar("key", "create", "ci")).code).toBe(0);
  } finally {
    await pool.end();
  }
});

test("what is wrong with a key's wish is said before anything is made", async () => {
  const wishes = [
    ["create"],
    ["create", "x", "--scope", "everything"],
    ["create", "x", "--expires", "never"],
    ["create", "x", "--expires", "0"],
    ["create", " "],
    ["destroy", "x"],
    ["list", "x"],
    [],
  ];
  const before = JSON.parse((await home.telar("key", "list", "--json")).stdout).keys.length;
  for (const wish of wishes) {
    const { code, stdout } = await home.telar("key", ...wish);
    expect(code, wish.join(" ")).toBe(2);
    expect(stdout).toBe("");
  }
  expect(JSON.parse((await home.telar("key", "list", "--json")).stdout).keys).toHaveLength(before);
});

test("a secret comes from a pipe, is sealed, and is read by jobs of its team alone", async () => {
  const value = "s3cr3t value\nof two lines";
  const set = await home.telarFed(`${value}\n`, "secret", "set", "HF_TOKEN");
  expect(set.code, set.stderr).toBe(0);
  expect(set.stdout + set.stderr).not.toContain("s3cr3t");
  const listed = await home.telar("secret", "list", "--json");
  expect(JSON.parse(listed.stdout).secrets).toMatchObject([{ name: "HF_TOKEN" }]);
  const stored = await everything();
  expect(stored).toContain("HF_TOKEN");
  expect(stored).not.toContain("s3cr3t");

  const pool = createPool(home.databaseUrl);
  try {
    const read = secretReader(pool, await openSecretBox(parseEnv({ TELAR_HOME: `${home.dir}/home` })));
    const { rows } = await pool.query('SELECT id FROM "Team"');
    expect(await read(rows[0].id, "HF_TOKEN")).toBe(value);
    await expect(read("another", "HF_TOKEN")).rejects.toMatchObject({ reason: "secret-missing" });
    expect((await home.telarFed("changed", "secret", "set", "HF_TOKEN")).code).toBe(0);
    expect(await read(rows[0].id, "HF_TOKEN")).toBe("changed");
    expect((await home.telar("secret", "rm", "HF_TOKEN")).code).toBe(0);
    await expect(read(rows[0].id, "HF_TOKEN")).rejects.toMatchObject({ reason: "secret-missing" });
  } finally {
    await pool.end();
  }
  expect((await home.telar("secret", "rm", "HF_TOKEN")).code).toBe(2);
});

test("a secret's value is no argument, and an empty or nameless one is refused", async () => {
  const given = await home.telarFed("", "secret", "set", "TOKEN", "s3cr3t");
  expect(given.code).toBe(2);
  expect(given.stderr).not.toContain("s3cr3t");
  expect((await home.telarFed("", "secret", "set", "TOKEN")).code).toBe(2);
  expect((await home.telarFed("x", "secret", "set", "NOT A NAME")).code).toBe(2);
  expect(JSON.parse((await home.telar("secret", "list", "--json")).stdout).secrets).toEqual([]);
});

test("with several teams a command asks whose, and does nothing before it knows", async () => {
  const pool = createPool(home.databaseUrl);
  try {
    await pool.query(`INSERT INTO "Team" (id, slug, name) VALUES ('t2', 'second', 'Second')`);
    const unnamed = await home.telar("key", "create", "whose");
    expect(unnamed.code).toBe(2);
    expect(unnamed.stderr).toContain("my-team, second");
    const wrong = await home.telar("runs", "--team", "third");
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("third");
    const made = await home.telar("key", "create", "whose", "--team", "second");
    expect(made.code, made.stderr).toBe(0);
    expect(await findKey(pool, made.stdout.trim())).toMatchObject({ teamId: "t2" });
    const listed = await home.telarWith({ TELAR_TEAM: "second" }, "key", "list", "--json");
    expect(JSON.parse(listed.stdout).keys.map(({ name }: { name: string }) => name)).toEqual(["whose"]);
    // Of the whole installation: no team is asked for.
    expect((await home.telar("quota", "--json")).code).toBe(0);
  } finally {
    await pool.end();
  }
});

test("chat speaks to the gateway for the team that was meant, without a key", async () => {
  const pool = createPool(home.databaseUrl);
  const gateway = await startGateway({
    db: pool,
    databaseUrl: home.databaseUrl,
    home: `${home.dir}/home`,
    store: createStore(parseEnv({ TELAR_HOME: `${home.dir}/home` })),
    host: "127.0.0.1",
    port: 0,
    webPort: 3000,
    readSecret: async () => "none",
    modelProcess: { entry: { file: "never-started" }, logsDir: home.dir },
    log: () => {},
  });
  try {
    await pool.query(
      `INSERT INTO "Artifact" (id, "teamId", digest, type, facts, manifest) VALUES ('a', 't2', 'sha256:a', 'endpoint', '{}', '{}')`,
    );
    // Stopped: that it was found and asked is seen without a model.
    await pool.query(
      `INSERT INTO "Deployment" (id, "teamId", slug, "artifactId", desired) VALUES ('d', 't2', 'support', 'a', 'STOPPED')`,
    );
    const port = { TELAR_GATEWAY_PORT: new URL(gateway.url).port };
    const chat = (...args: string[]) => home.telarFedWith(port, "Hello\n", "chat", ...args);
    expect((await chat("support")).stderr).toContain("my-team, second");
    expect((await chat("support", "--team", "my-team")).stderr).toContain("There is no deployment support");
    for (const name of ["support", "second/support"]) {
      const asked = await chat(name, "--team", "second");
      expect(asked.stderr).toContain("is stopped");
      expect(asked.stderr + asked.stdout).not.toContain("telar-web.");
    }
  } finally {
    await gateway.close();
    await pool.end();
  }
});
