import type { HostileSystem } from "./system";

/** One hostile input and the one answer to it. */
export type HostileRow = {
  /** What is sent; unique in its file. */
  what: string;
  send(system: HostileSystem): Promise<unknown>;
  /** Compared exactly with what `send` gives. */
  answer: unknown;
  /** For `npm run test:long` alone. */
  long?: true;
};
