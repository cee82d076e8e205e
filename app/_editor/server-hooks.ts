"use client";
/** What panels read from the server about one node; a context, so that panels do not know where it comes from. */
import { createContext, useContext } from "react";
import type { Values } from "@/graph/problems";
import type { NodeRunStatus } from "@/graph/run-view";
import type { Point } from "./status-store";

export type LogLine = {
  attempt: number;
  seq: number;
  at: string;
  level: "info" | "warn" | "error";
  message: string;
  code: string;
  values?: Values;
  failure?: { kind: string; reason: string; values: Values };
};
export type PastRun = {
  id: string;
  number: number;
  /** Of the node, as its time is. */
  status: NodeRunStatus;
  smoke: boolean;
  createdAt: Date | string;
  seconds: number | null;
  who: string | null;
};
export type ServerHooks = {
  useLog(runId: string | undefined, nodeId: string, live: boolean): LogLine[] | undefined;
  useHistory(nodeId: string): PastRun[] | undefined;
  useCurves(
    runId: string | undefined,
    nodeId: string,
    live: boolean,
  ): Readonly<Record<string, readonly Point[]>> | undefined;
};

export const ServerHooksContext = createContext<ServerHooks | undefined>(undefined);

export function useServerHooks(): ServerHooks {
  const hooks = useContext(ServerHooksContext);
  if (!hooks) throw new Error("useServerHooks outside its provider");
  return hooks;
}
