/** What processes say of themselves: JSON lines, one part of the system each, with run and node ids where there are some. */
import pino, { type Logger } from "pino";

export type { Logger };

/** To stdout, which the supervisor keeps in a file, or to the file given. */
export function createLog(part: string, level: string, file?: string): Logger {
  const to = pino.destination(file ? { dest: file, mkdir: true, sync: true } : { dest: 1, sync: true });
  // A line that a full disk does not take waits for the next one: it must not end who wanted to say it.
  to.on("error", () => {});
  return pino({ level, base: { part, pid: process.pid } }, to);
}
