-- AlterTable
ALTER TABLE "Attempt" ADD COLUMN     "externalId" TEXT;

-- AlterTable
ALTER TABLE "NodeRun" ADD COLUMN     "gpus" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "placement" JSONB,
ADD COLUMN     "reasons" JSONB NOT NULL DEFAULT '[]';

-- A node held one GPU or none.
UPDATE "NodeRun" SET "gpus" = 1 WHERE "gpu";
ALTER TABLE "NodeRun" DROP COLUMN "gpu";

-- AlterTable
ALTER TABLE "Worker" ADD COLUMN     "arch" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "trainers" JSONB NOT NULL DEFAULT '[]';
