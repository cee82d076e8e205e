/** What processes say of themselves: JSON lines, one part of the system each, with run and node ids where there are some. */
import pino, { type DestinationStream, type Logger } from "pino";

export type { Logger };

/** To stdout, which the supervisor keeps in a file, or to the file given. */
export function createLog(part: string, level: string, file?: string): Logger {
  const to: DestinationStream = file
    ? pino.destination({ dest: file, mkdir: true, sync: true })
    : pino.destination({ dest: 1, sync: true });
  return pino({ level, base: { part, pid: process.pid } }, to);
}
