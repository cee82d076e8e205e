import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const results = resolve(import.meta.dirname, "../../test-results");
export const STATE = resolve(results, "system.json");
export const SESSION = resolve(results, "session.json");

export type State = { pid: number; home: string; landed: string };
export const readState = (): State => JSON.parse(readFileSync(STATE, "utf8")) as State;
