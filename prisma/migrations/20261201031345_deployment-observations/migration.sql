-- AlterTable
ALTER TABLE "Deployment" DROP COLUMN "detail",
DROP COLUMN "observed",
DROP COLUMN "observedAt",
DROP COLUMN "url";

-- CreateTable
CREATE TABLE "DeploymentObservation" (
    "deploymentId" TEXT NOT NULL,
    "gatewayId" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "state" "DeploymentState" NOT NULL,
    "detail" JSONB,
    "url" TEXT NOT NULL,
    "observedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "leaseUntil" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "DeploymentObservation_pkey" PRIMARY KEY ("deploymentId","gatewayId")
);

-- CreateIndex
CREATE INDEX "DeploymentObservation_gatewayId_idx" ON "DeploymentObservation"("gatewayId");

-- AddForeignKey
ALTER TABLE "DeploymentObservation" ADD CONSTRAINT "DeploymentObservation_deploymentId_fkey" FOREIGN KEY ("deploymentId") REFERENCES "Deployment"("id") ON DELETE CASCADE ON UPDATE CASCADE;
