import { SCOPES, type Scope } from "@/server/access";
import { createKey } from "@/server/keys/create-key";
import { type KeyListed, listKeys } from "@/server/keys/list-keys";
import { revokeKey } from "@/server/keys/revoke-key";
import { type Args, type Command, EXIT, json, teamOption, UsageError } from "../command";
import { print, printJson, say, table } from "../output";
import { type TeamSystem, withTeam } from "../system";

const DAY_MS = 86_400_000;
const USAGE =
  "Usage: telar key create NAME [--scope SCOPE]… [--expires DAYS], telar key list, telar key revoke NAME";

const SCOPE_HELP: Record<Scope, string> = {
  models: "ask models and chains",
  metrics: "read /metrics",
  data: "send data files",
};

export const key: Command = {
  summary: "API keys of a team, for programs that ask the gateway",
  usage: "create NAME [--scope SCOPE]… [--expires DAYS] | list | revoke NAME  [--json]",
  positionals: [1, 2],
  options: {
    ...json,
    ...teamOption,
    scope: { type: "string", multiple: true },
    expires: { type: "string" },
  },
  help: {
    "create NAME": "print a new key; it is shown this once and only a hash of it is kept",
    "--scope SCOPE": `what it may do: ${SCOPES.map((scope) => `${scope} (${SCOPE_HELP[scope]})`).join(", ")}; models if none is given`,
    "--expires DAYS": "refuse it after this many days; without it, never",
    list: "names, scopes and dates of all keys",
    "revoke NAME": "refuse it from now on; an id of the list does too",
  },
  run: async (args) => {
    const [verb = "", name] = args.positionals;
    if (verb === "list" && name === undefined) return withTeam(args, (system) => list(system, args));
    if (verb === "create" && name !== undefined) {
      const wish = { name: checkName(name), scopes: readScopes(args), expiresAt: readExpiry(args) };
      return withTeam(args, (system) => create(system, wish, args));
    }
    if (verb === "revoke" && name !== undefined) return withTeam(args, (system) => revoke(system, name));
    throw new UsageError(USAGE);
  },
};

type Wish = { name: string; scopes: Scope[]; expiresAt: Date | undefined };

async function create({ pool, teamId }: TeamSystem, wish: Wish, args: Args): Promise<number> {
  const made = await createKey(pool, { teamId, ...wish });
  if (!made)
    throw new UsageError(
      `There is a key named ${wish.name} already. Choose another name, or revoke it first: telar key revoke ${wish.name}`,
    );
  if (args.flag("json")) printJson({ ...wish, expiresAt: wish.expiresAt ?? null, key: made });
  else print(made);
  say("Keep it now: it is not shown again.");
  return EXIT.done;
}

async function list({ pool, teamId }: TeamSystem, args: Args): Promise<number> {
  const keys = await listKeys(pool, teamId);
  if (args.flag("json")) printJson({ keys });
  else print(keys.length ? table(keys.map(line)) : "No keys yet. `telar key create NAME` makes one.");
  return EXIT.done;
}

const day = (date: Date | null) => date?.toISOString().slice(0, 10);

const line = ({ name, hint, scopes, state, createdAt, expiresAt, revokedAt, lastUsedAt }: KeyListed) => [
  name,
  hint,
  scopes.join(", "),
  state,
  `made ${day(createdAt)}`,
  revokedAt ? `revoked ${day(revokedAt)}` : expiresAt ? `expires ${day(expiresAt)}` : "never expires",
  lastUsedAt ? `last used ${day(lastUsedAt)}` : "never used",
];

async function revoke({ pool, teamId }: TeamSystem, name: string): Promise<number> {
  if (!(await revokeKey(pool, teamId, name)))
    throw new UsageError(`There is no working key ${name}. \`telar key list\` shows all.`);
  say(`${name} is refused from now on.`);
  return EXIT.done;
}

function checkName(name: string): string {
  if (name.trim() === name && name.length > 0 && name.length <= 100) return name;
  throw new UsageError("A key's name has 1 to 100 characters, as in `telar key create ci`.");
}

function readScopes(args: Args): Scope[] {
  const given = args.texts("scope");
  for (const scope of given)
    if (!(SCOPES as readonly string[]).includes(scope))
      throw new UsageError(`There is no scope ${scope}. The scopes are: ${SCOPES.join(", ")}.`);
  return given.length ? ([...new Set(given)] as Scope[]) : ["models"];
}

function readExpiry(args: Args): Date | undefined {
  const text = args.text("expires");
  if (text === undefined) return undefined;
  const days = Number(text);
  if (!/^\d+$/.test(text) || days < 1 || days > 3650)
    throw new UsageError("--expires takes a number of days from 1 to 3650, as in --expires 90.");
  return new Date(Date.now() + days * DAY_MS);
}
