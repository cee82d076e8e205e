-- CreateIndex
CREATE INDEX "NodeRun_kind_status_finishedAt_idx" ON "NodeRun"("kind", "status", "finishedAt");
