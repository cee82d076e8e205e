import { listSecrets } from "@/server/secrets/list-secrets";
import { removeSecret } from "@/server/secrets/remove-secret";
import { SECRET_NAME, setSecret } from "@/server/secrets/set-secret";
import { openSecretBox } from "@/server/worker/secrets";
import { type Args, type Command, EXIT, json, teamOption, UsageError } from "../command";
import { print, printJson, say, table } from "../output";
import { readHidden } from "../read-hidden";
import { withTeam } from "../system";

/** More than any token or private key. */
const LONGEST = 65_536;
const USAGE = "Usage: telar secret set NAME, telar secret list, telar secret rm NAME";

export const secret: Command = {
  summary: "Secrets of a team, which parameters name and graphs never hold",
  usage: "set NAME | list [--json] | rm NAME",
  positionals: [1, 2],
  options: { ...json, ...teamOption },
  help: {
    "set NAME": "ask for the value, or read it from a pipe; it is sealed and never shown again",
    list: "names and dates, no values",
    "rm NAME": "forget it",
  },
  run: async (args) => {
    const [verb = "", name, ...rest] = args.positionals;
    if (verb === "list" && name === undefined) return list(args);
    if (verb === "set" && name !== undefined && !rest.length) return set(args, name);
    if (verb === "rm" && name !== undefined) return remove(args, name);
    throw new UsageError(USAGE);
  },
};

async function set(args: Args, name: string): Promise<number> {
  if (!SECRET_NAME.test(name))
    throw new UsageError(
      "A secret's name begins with a letter and holds letters, digits, _ and -, as in HF_TOKEN.",
    );
  const value = await readHidden(`Value of ${name}: `, LONGEST);
  if (value === "")
    throw new UsageError(`The value is empty. Type it, or pipe it in: telar secret set ${name} < file`);
  return withTeam(args, async ({ pool, teamId, env }) => {
    await setSecret(pool, await openSecretBox(env), { teamId, name, value });
    say(`${name} is kept. A parameter names it as { "secret": "${name}" }.`);
    return EXIT.done;
  });
}

const list = (args: Args) =>
  withTeam(args, async ({ pool, teamId }) => {
    const secrets = await listSecrets(pool, teamId);
    if (args.flag("json")) printJson({ secrets });
    else
      print(
        secrets.length
          ? table(secrets.map(({ name, updatedAt }) => [name, `set ${updatedAt.toISOString().slice(0, 10)}`]))
          : "No secrets yet. `telar secret set NAME` keeps one.",
      );
    return EXIT.done;
  });

const remove = (args: Args, name: string) =>
  withTeam(args, async ({ pool, teamId }) => {
    if (!(await removeSecret(pool, teamId, name)))
      throw new UsageError(`There is no secret ${name}. \`telar secret list\` shows all.`);
    say(`${name} is forgotten. What still names it fails.`);
    return EXIT.done;
  });
