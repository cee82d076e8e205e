/**
 * Writes a migration without the schema engine's download: its WebAssembly build with an in-memory PGlite as shadow database.
 *
 *     npx tsx prisma/diff.ts            print the SQL that is missing; exits with 2 when there is some
 *     npx tsx prisma/diff.ts add-tags   write it to prisma/migrations/<time>_add-tags
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import { PrismaPGlite } from "pglite-prisma-adapter";

const here = dirname(fileURLToPath(import.meta.url));
const schemaPath = join(here, "schema.prisma");
const migrationsDir = join(here, "migrations");
const lockPath = join(migrationsDir, "migration_lock.toml");

const name = process.argv[2];
const engine = await openEngine();
const schema = { path: schemaPath, content: readFileSync(schemaPath, "utf8") };
const migrationsList = listMigrations();
const filters = { externalTables: [], externalEnums: [] };

const { stdout, exitCode } = await engine.diff({
  from: migrationsList.migrationDirectories.length
    ? { tag: "migrations", ...migrationsList }
    : { tag: "empty" },
  to: { tag: "schemaDatamodel", files: [schema] },
  script: true,
  exitCode: true,
  filters,
});
if (!name) {
  process.stdout.write(stdout ?? "");
  process.exit(exitCode);
}
if (!stdout?.trim() || exitCode === 0) {
  console.log("Nothing to write: the migrations lead to the schema.");
  process.exit(0);
}
const stamp = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
const folder = join(migrationsDir, `${stamp}_${name}`);
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "migration.sql"), stdout);
if (!existsSync(lockPath)) writeFileSync(lockPath, 'provider = "postgresql"\n');
console.log(folder);
process.exit(0);

function listMigrations() {
  const folders = existsSync(migrationsDir) ? readdirSync(migrationsDir).sort() : [];
  return {
    baseDir: resolve(migrationsDir),
    lockfile: {
      path: "migration_lock.toml",
      content: existsSync(lockPath) ? readFileSync(lockPath, "utf8") : null,
    },
    shadowDbInitScript: "",
    migrationDirectories: folders
      .map((path) => ({ path, sql: join(migrationsDir, path, "migration.sql") }))
      .filter(({ sql }) => existsSync(sql))
      .map(({ path, sql }) => ({
        path,
        migrationFile: {
          path: "migration.sql",
          content: { tag: "ok" as const, value: readFileSync(sql, "utf8") },
        },
      })),
  };
}

async function openEngine() {
  const require = createRequire(import.meta.url);
  const dir = dirname(require.resolve("@prisma/schema-engine-wasm/schema_engine_bg"));
  const glue = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const wasm = new WebAssembly.Module(readFileSync(join(dir, "schema_engine_bg.wasm")));
  const instance = new WebAssembly.Instance(wasm, { "./schema_engine_bg.js": glue });
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  const connect = () => new PrismaPGlite(new PGlite()).connect();
  const factory = {
    provider: "postgres" as const,
    adapterName: "pglite",
    connect,
    connectToShadowDb: connect,
  };
  return glue.SchemaEngine.new(
    { datamodels: [[schemaPath, readFileSync(schemaPath, "utf8")]] },
    () => {},
    bindMigrationAwareSqlAdapterFactory(factory as never),
  );
}
