/** The `telar` command line. */
import { parseArgs } from "node:util";
import { Failure } from "@/graph/problems";
import { failureSentence } from "@/messages/words";
import { EnvError } from "@/server/env";
import { fullDisk, isDiskFull } from "@/server/full-disk";
import { type Args, type Command, EXIT, UsageError } from "./command";
import { type CommandName, commands } from "./commands/index";
import { language } from "./language";
import { print, say } from "./output";

async function help(): Promise<string> {
  const names = Object.keys(commands) as CommandName[];
  const width = Math.max(...names.map((name) => name.length));
  const lines = await Promise.all(
    names.map(async (name) => `  ${name.padEnd(width)}  ${(await commands[name]()).summary}`),
  );
  return [
    "Telar: from your rows to your own model.",
    "",
    "Usage: telar COMMAND [OPTIONS]",
    "",
    ...lines,
    "",
    "telar COMMAND --help says more.",
    "Exit codes: 0 done, 1 the run failed, 2 wrong usage, graph or parameter, 3 Telar itself failed, 130 cancelled.",
  ].join("\n");
}

const TEAM_HELP = "whose, where several teams live on one installation (TELAR_TEAM)";

function commandHelp(name: string, command: Command): string {
  const help = { ...command.help, ...("team" in command.options && { "--team TEAM": TEAM_HELP }) };
  const lines = Object.entries(help).map(([option, text]) => `  ${option.padEnd(24)}${text}`);
  return [
    `Usage: telar ${name} ${command.usage}`.trimEnd(),
    "",
    command.summary,
    ...(lines.length ? ["", ...lines] : []),
  ].join("\n");
}

function readArgs(name: string, command: Command, rest: string[]): Args {
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: rest, options: command.options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split(". ")[0]}. Usage: telar ${name} ${command.usage}`);
  }
  const { values, positionals } = parsed;
  const [least, most] = command.positionals;
  if (positionals.length < least || positionals.length > most) {
    throw new UsageError(`Usage: telar ${name} ${command.usage}`);
  }
  return {
    positionals,
    flag: (option) => values[option] === true,
    text: (option) => (typeof values[option] === "string" ? values[option] : undefined),
    texts: (option) => (Array.isArray(values[option]) ? values[option].map(String) : []),
  };
}

async function main(argv: string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (!name || name === "--help" || name === "-h" || name === "help") {
    print(await help());
    return name ? EXIT.done : EXIT.usage;
  }
  const command: Command | undefined = Object.hasOwn(commands, name)
    ? await commands[name as CommandName]()
    : undefined;
  if (!command)
    throw new UsageError(
      `There is no command \`${name}\`. The commands are: ${Object.keys(commands).join(", ")}.`,
    );
  if (rest.includes("--help") || rest.includes("-h")) {
    print(commandHelp(name, command));
    return EXIT.done;
  }
  return command.run(readArgs(name, command, rest));
}

function report(error: unknown): number {
  if (error instanceof UsageError || error instanceof EnvError) {
    say(error.message);
    return EXIT.usage;
  }
  if (error instanceof Failure) {
    say(failureSentence(error.reason, error.values, "", language));
    return error.code === "INVALID_INPUT" ? EXIT.usage : EXIT.internal;
  }
  if (isDiskFull(error)) return report(fullDisk(error));
  say(`Telar failed: ${error instanceof Error ? error.message : String(error)}`);
  if (process.env.TELAR_LOG === "debug" && error instanceof Error) say(error.stack);
  return EXIT.internal;
}

// Who reads may be gone: a closed terminal, an npm that was killed. What was asked for is still ended in order.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
process.exitCode = await main(process.argv.slice(2)).catch(report);
// Native libraries may keep threads alive after the work is done.
process.stdout.write("", () => process.exit(process.exitCode));
