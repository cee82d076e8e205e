-- CreateEnum
CREATE TYPE "ArtifactState" AS ENUM ('KEPT', 'COLLECTED', 'DAMAGED');

-- AlterTable
ALTER TABLE "Artifact" ADD COLUMN     "state" "ArtifactState" NOT NULL DEFAULT 'KEPT',
ADD COLUMN     "storedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "Checkpoint" ADD COLUMN     "manifest" JSONB;

-- AlterTable
ALTER TABLE "Stage" ADD COLUMN     "manifest" JSONB;

-- AlterTable
ALTER TABLE "Team" ADD COLUMN     "quotaBytes" BIGINT;

-- CreateTable
CREATE TABLE "CollectedBlob" (
    "digest" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CollectedBlob_pkey" PRIMARY KEY ("digest")
);

-- CreateTable
CREATE TABLE "Installation" (
    "id" TEXT NOT NULL DEFAULT gen_random_uuid()::text,

    CONSTRAINT "Installation_pkey" PRIMARY KEY ("id")
);

-- Who owns what lies in the artifact store.
INSERT INTO "Installation" DEFAULT VALUES;
