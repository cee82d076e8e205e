import { defineConfig } from "prisma/config";

// `generate`, `validate` and `format` look for the schema engine but never start it: any existing file serves.
// A program that exits with 0 whatever it is asked would make `migrate deploy` succeed without doing anything.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
});
