-- CreateEnum
CREATE TYPE "RunPriority" AS ENUM ('LOW', 'NORMAL', 'HIGH');

-- AlterTable
ALTER TABLE "NodeRun" ADD COLUMN     "gpu" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "priority" "RunPriority" NOT NULL DEFAULT 'NORMAL',
ADD COLUMN     "queueRank" DOUBLE PRECISION;

-- AlterTable
ALTER TABLE "Team" ADD COLUMN     "queuePausedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "Worker" ADD COLUMN     "reserves" TEXT;
