-- Until now a viewer ran the App view and chatted, which is what a runner does: those there are stay able to.
-- A value that is added to an enum cannot be used in the same transaction, hence the new type.
CREATE TYPE "TeamRole_new" AS ENUM ('OWNER', 'EDITOR', 'RUNNER', 'VIEWER');
ALTER TABLE "Membership" ALTER COLUMN "role" TYPE "TeamRole_new"
  USING (CASE "role"::text WHEN 'VIEWER' THEN 'RUNNER' ELSE "role"::text END::"TeamRole_new");
ALTER TABLE "Share" ALTER COLUMN "role" DROP DEFAULT;
ALTER TABLE "Share" ALTER COLUMN "role" TYPE "TeamRole_new" USING ("role"::text::"TeamRole_new");
ALTER TABLE "Share" ALTER COLUMN "role" SET DEFAULT 'VIEWER';
DROP TYPE "TeamRole";
ALTER TYPE "TeamRole_new" RENAME TO "TeamRole";

-- CreateTable
CREATE TABLE "ApiKey" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "hint" TEXT NOT NULL,
    "keyHash" TEXT NOT NULL,
    "scopes" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),
    "lastUsedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ApiKey_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_keyHash_key" ON "ApiKey"("keyHash");

-- CreateIndex
CREATE INDEX "ApiKey_teamId_idx" ON "ApiKey"("teamId");

-- AddForeignKey
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Keys that were put into the table of better-auth's plugin by hand go on working: it kept SHA-256 in base64url.
INSERT INTO "ApiKey" ("id", "teamId", "name", "hint", "keyHash", "scopes", "createdAt", "expiresAt", "revokedAt")
SELECT DISTINCT ON (k."key") k."id", k."referenceId", coalesce(k."name", k."id"), coalesce(k."start", ''),
  encode(decode(translate(k."key", '-_', '+/') || '=', 'base64'), 'hex'), ARRAY['models', 'metrics'],
  k."createdAt", k."expiresAt", CASE WHEN k."enabled" THEN NULL ELSE k."updatedAt" END
FROM "Apikey" k JOIN "Team" t ON t."id" = k."referenceId" WHERE k."key" ~ '^[A-Za-z0-9_-]{43}$'
ORDER BY k."key", k."enabled" DESC;

DROP TABLE "Apikey";

-- Nothing ever wrote or showed it.
ALTER TABLE "Secret" DROP COLUMN "hint";
