-- AlterTable
ALTER TABLE "Deployment" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- CreateTable
CREATE TABLE "DeploymentVersion" (
    "deploymentId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "artifactId" TEXT NOT NULL,
    "runId" TEXT,
    "nodeId" TEXT,
    "held" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "servedAt" TIMESTAMPTZ(3),

    CONSTRAINT "DeploymentVersion_pkey" PRIMARY KEY ("deploymentId","number")
);

-- CreateTable
CREATE TABLE "WrongAnswer" (
    "id" TEXT NOT NULL,
    "deploymentId" TEXT NOT NULL,
    "version" INTEGER,
    "messages" JSONB NOT NULL,
    "userId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "WrongAnswer_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "DeploymentVersion_artifactId_idx" ON "DeploymentVersion"("artifactId");

-- CreateIndex
CREATE INDEX "DeploymentVersion_runId_idx" ON "DeploymentVersion"("runId");

-- CreateIndex
CREATE INDEX "WrongAnswer_deploymentId_createdAt_idx" ON "WrongAnswer"("deploymentId", "createdAt");

-- CreateIndex
CREATE INDEX "WrongAnswer_userId_idx" ON "WrongAnswer"("userId");

-- AddForeignKey
ALTER TABLE "DeploymentVersion" ADD CONSTRAINT "DeploymentVersion_deploymentId_fkey" FOREIGN KEY ("deploymentId") REFERENCES "Deployment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DeploymentVersion" ADD CONSTRAINT "DeploymentVersion_artifactId_fkey" FOREIGN KEY ("artifactId") REFERENCES "Artifact"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DeploymentVersion" ADD CONSTRAINT "DeploymentVersion_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "WrongAnswer" ADD CONSTRAINT "WrongAnswer_deploymentId_fkey" FOREIGN KEY ("deploymentId") REFERENCES "Deployment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "WrongAnswer" ADD CONSTRAINT "WrongAnswer_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- What is served now is the first version.
INSERT INTO "DeploymentVersion" ("deploymentId", "number", "artifactId", "runId", "nodeId", "createdAt", "servedAt")
SELECT "id", 1, "artifactId", "runId", "nodeId", "updatedAt", "updatedAt" FROM "Deployment";
