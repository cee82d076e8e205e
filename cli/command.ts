/** A command of the command line, as data. Options are those of `util.parseArgs`, which refuses unknown ones. */
import type { ParseArgsConfig } from "node:util";

export const EXIT = { done: 0, runFailed: 1, usage: 2, internal: 3, cancelled: 130 } as const;

export type Args = {
  positionals: string[];
  flag(name: string): boolean;
  text(name: string): string | undefined;
  texts(name: string): string[];
};

export type Command = {
  summary: string;
  /** After the command's name: `FILE [--json]`. */
  usage: string;
  /** How many positional arguments it takes. */
  positionals: readonly [least: number, most: number];
  options: NonNullable<ParseArgsConfig["options"]>;
  /** One line an option, for the help. */
  help?: Record<string, string>;
  /** Resolves to the exit code. */
  run(args: Args): Promise<number>;
};

/** The person's mistake on the command line or in a file: one sentence, exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** Of commands that work for a team. */
export const teamOption = { team: { type: "string" } } as const;

export const json = { json: { type: "boolean" } } as const;
