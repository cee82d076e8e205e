"use client";
import type { inferRouterOutputs } from "@trpc/server";
import { useTranslations } from "next-intl";
import type { AppRouter } from "@/server/router";
import { type Status, StatusMark } from "../../ui/status";

export type Deployment = inferRouterOutputs<AppRouter>["deployments"]["list"][number];

const MARK: Record<Deployment["observed"], Status> = {
  READY: "done",
  STARTING: "running",
  STOPPED: "idle",
  FAILED: "failed",
};
const WORD = { READY: "ready", STARTING: "starting", STOPPED: "stopped", FAILED: "failed" } as const;

type Stated = Pick<Deployment, "desired" | "observed" | "failure">;

/** What the living gateways see; wanted, not there yet and nothing in the way counts as starting. */
export function stateOf({ desired, observed, failure }: Stated): Deployment["observed"] {
  return desired === "READY" && observed === "STOPPED" && !failure ? "STARTING" : observed;
}

export function DeploymentState({ deployment }: { deployment: Stated }) {
  const t = useTranslations("app.deployments");
  const state = stateOf(deployment);
  return <StatusMark status={MARK[state]} text={t(WORD[state])} />;
}
