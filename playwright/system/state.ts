import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const results = resolve(import.meta.dirname, "../../test-results");
/** The app listens here, the gateway one above; another value lets two checkouts test at the same time. */
export const PORT = Number(process.env.TELAR_TEST_PORT ?? 3170);
export const APP = `http://127.0.0.1:${PORT}`;
export const GATEWAY = `http://127.0.0.1:${PORT + 1}`;

export const STATE = resolve(results, "system.json");
export const SESSION = resolve(results, "session.json");

export type State = { pid: number; home: string; landed: string };
export const readState = (): State => JSON.parse(readFileSync(STATE, "utf8")) as State;
