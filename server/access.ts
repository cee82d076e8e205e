/** Who may do what: the one table. Whatever answers a request asks it by the name of an action. */
import type { TeamRole } from "@/generated/prisma/enums";

/** What an API key may be given. */
export const SCOPES = ["models", "metrics", "data"] as const;
export type Scope = (typeof SCOPES)[number];

type Rule =
  /** Needs no session: says nothing of a team. */
  | "anyone"
  /** Needs a session, whatever team it is in. */
  | "signed-in"
  | {
      roles: readonly TeamRole[];
      /** These may do it with what they started themselves. */
      own?: readonly TeamRole[];
      /** API keys with one of these may do it. */
      scopes?: readonly Scope[];
    };

const all = ["OWNER", "EDITOR", "RUNNER", "VIEWER"] as const;
const runners = ["OWNER", "EDITOR", "RUNNER"] as const;
const editors = ["OWNER", "EDITOR"] as const;
const owners = ["OWNER"] as const;

export const ACCESS = {
  "health.read": "anyone",
  /** Which protocol uploads follow. */
  "data.protocol": "anyone",
  /** A sign-in link is its own proof. */
  "session.open": "anyone",
  "session.close": "anyone",
  /** Among one's own. */
  "team.choose": "signed-in",

  /** The team's name and what the asker may do in it. */
  "team.read": { roles: all },

  "graph.read": { roles: all },
  "graph.create": { roles: editors },
  "graph.edit": { roles: editors },
  "graph.remove": { roles: editors },
  /** Facts of a file that the installation's data folders hold, named by the asker. */
  "data.probe": { roles: editors },
  /** Also to see, go on with and give up what the team has not finished. */
  "data.upload": { roles: editors, scopes: ["data"] },

  "run.read": { roles: all },
  "run.start": { roles: runners },
  /** With other parameters than the graph's: all that editing could do to a run. */
  "run.override": { roles: editors },
  /** What the App view shows, with the parameters that it offers. */
  "run.start-app": { roles: runners },
  "run.cancel": { roles: editors, own: runners },
  "run.retry": { roles: editors, own: runners },
  "queue.read": { roles: all },
  "queue.change": { roles: editors },
  "worker.read": { roles: all },

  "artifact.read": { roles: all },
  "storage.read": { roles: all },
  "storage.collect": { roles: owners },

  "deployment.read": { roles: all },
  "deployment.change": { roles: editors },
  "model.list": { roles: all, scopes: ["models"] },
  "model.use": { roles: runners, scopes: ["models"] },
  "metrics.read": { roles: owners, scopes: ["metrics"] },
} as const satisfies Record<string, Rule>;

export type Action = keyof typeof ACCESS;
/** What needs no membership. */
export type OpenAction = { [A in Action]: (typeof ACCESS)[A] extends string ? A : never }[Action];
/** What is done in a team. */
export type TeamAction = Exclude<Action, OpenAction>;

/** `own` allows it for what the asker started. */
export type Verdict = "yes" | "own" | "no";

export function roleMay(role: TeamRole, action: Action): Verdict {
  const rule: Rule = ACCESS[action];
  if (typeof rule === "string" || rule.roles.includes(role)) return "yes";
  return rule.own?.includes(role) ? "own" : "no";
}

export function scopesMay(scopes: readonly string[], action: Action): boolean {
  const rule: Rule = ACCESS[action];
  if (typeof rule === "string") return rule === "anyone";
  return rule.scopes?.some((scope) => scopes.includes(scope)) ?? false;
}

export const ACTIONS = Object.keys(ACCESS) as Action[];

/** What somebody of this role may do, for pages to offer nothing that would be refused. */
export const grantsOf = (role: TeamRole): Record<Action, Verdict> =>
  Object.fromEntries(ACTIONS.map((action) => [action, roleMay(role, action)])) as Record<Action, Verdict>;
