-- AlterTable
ALTER TABLE "NodeRun" ADD COLUMN     "expectedSeconds" DOUBLE PRECISION;
