/** What only the server can tell while a graph is edited or checked: facts that lie in files, and checks too large for the browser. */
import { probes as written } from "@/generated/kinds/probes";
import type { NodeKind } from "./index";

export type ProbeContext = {
  dataDirs: readonly string[];
  trustedPaths: readonly string[];
  modelsDir: string;
  downloadsDir: string;
  signal: AbortSignal;
};
type Probe = (params: never, context: ProbeContext) => Promise<unknown>;

export const probes: Partial<Record<NodeKind, () => Promise<{ default: Probe }>>> = written;
