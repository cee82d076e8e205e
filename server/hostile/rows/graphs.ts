import type { HostileRow } from "../row";

export const rows: readonly HostileRow[] = [
  {
    what: "a graph file of a version that does not exist yet",
    send: async (system) =>
      system.says("check", await system.write("version.json", '{"telar":99,"nodes":[],"wires":[]}')),
    answer: {
      exit: 2,
      says: "DIR/version.json cannot be opened.\n  This graph was saved by a newer Telar (format 99; this one knows 1). Update Telar, then open it again.",
    },
  },
];
