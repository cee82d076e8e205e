"use client";
import { createContext, type ReactNode, useCallback, useContext } from "react";
import type { TeamAction, Verdict } from "@/server/access";
import { showTeam } from "../trpc/team";

export type Access = {
  team: { id: string; name: string };
  grants: Readonly<Record<TeamAction, Verdict>>;
};

const Context = createContext<Access | undefined>(undefined);

/** The team that a page shows, and what its reader may do there. Every call the page makes is for this team. */
export function AccessProvider({ access, children }: { access: Access; children: ReactNode }) {
  showTeam(access.team.id);
  return <Context.Provider value={access}>{children}</Context.Provider>;
}

export function useAccess(): Access {
  const access = useContext(Context);
  if (!access) throw new Error("useAccess outside AccessProvider");
  return access;
}

/** For offering only what would not be refused. `own`: it would be done with what the reader started. */
export type May = (action: TeamAction, own?: boolean) => boolean;

export function useMay(): May {
  const { grants } = useAccess();
  return useCallback(
    (action, own = false) => grants[action] === "yes" || (own && grants[action] === "own"),
    [grants],
  );
}
