/** The draft as React reads it: the projection of the Yjs document and what is inferred from it, sharing every unchanged part. */
import type * as Y from "yjs";
import { createStore, type StoreApi } from "zustand/vanilla";
import { checkGraph } from "@/graph/checks";
import type { Catalogue } from "@/graph/define-node";
import type { GraphFile, GraphNode } from "@/graph/document";
import { type Flaw, readDraft } from "@/graph/draft";
import type { Inferred, Probes } from "@/graph/infer";
import type { Problem } from "@/graph/problems";
import { share, shareById } from "./share";
import { createUndo } from "./undo";

export type Model = {
  file: GraphFile;
  inferred: Inferred;
  probes: Probes;
  /** Everything in the way of a run or worth knowing before it. */
  problems: Problem[];
  /** What the server found wrong with files that parameters name. */
  probeProblems: Problem[];
  /** What of the draft could not be read, and is left out or mended. */
  flaws: Flaw[];
  canUndo: boolean;
  canRedo: boolean;
};

export type DraftModel = {
  doc: Y.Doc;
  undo: Y.UndoManager;
  store: StoreApi<Model>;
  setProbes(probes: Probes, problems: Problem[]): void;
  destroy(): void;
};

export function createModel(doc: Y.Doc, catalogue: Catalogue): DraftModel {
  const undo = createUndo(doc);
  const { file, flaws } = readDraft(doc);
  const judge = (next: GraphFile, probes: Probes, found: Problem[]) => {
    const { inferred, problems } = checkGraph(next, catalogue, probes);
    return { inferred, problems: [...problems.filter((p) => p.code !== "graph-empty"), ...found] };
  };
  const store = createStore<Model>(() => ({
    file,
    ...judge(file, {}, []),
    probes: {},
    probeProblems: [],
    flaws,
    canUndo: false,
    canRedo: false,
  }));

  const refresh = () => {
    const before = store.getState();
    const read = readDraft(doc);
    const next = shareFile(before.file, read.file);
    const flaws = share(before.flaws, read.flaws);
    if (flaws !== before.flaws) store.setState({ flaws });
    if (next === before.file) return;
    const drawing = next.nodes === before.file.nodes && next.wires === before.file.wires;
    if (drawing) return store.setState({ file: next });
    // What the server found about a file holds until that parameter is edited.
    const [was, is] = [nodesById(before.file), nodesById(next)];
    const found = before.probeProblems.filter((p) => was.get(p.node) === is.get(p.node));
    const { inferred, problems } = judge(next, before.probes, found);
    store.setState({
      file: next,
      inferred: share(before.inferred, inferred),
      problems: share(before.problems, problems),
      probeProblems: share(before.probeProblems, found),
    });
  };
  const steps = () => store.setState({ canUndo: undo.canUndo(), canRedo: undo.canRedo() });
  doc.on("update", refresh);
  for (const event of ["stack-item-added", "stack-item-popped", "stack-cleared"] as const)
    undo.on(event, steps);

  return {
    doc,
    undo,
    store,
    setProbes(found, problems) {
      const before = store.getState();
      const probes = share(before.probes, found);
      const pure = checkGraph(before.file, catalogue, probes).problems;
      const known = new Set(pure.map(keyOf));
      const judged = judge(
        before.file,
        probes,
        problems.filter((p) => !known.has(keyOf(p))),
      );
      store.setState({
        probes,
        probeProblems: share(
          before.probeProblems,
          problems.filter((p) => !known.has(keyOf(p))),
        ),
        inferred: share(before.inferred, judged.inferred),
        problems: share(before.problems, judged.problems),
      });
    },
    destroy() {
      doc.off("update", refresh);
      undo.destroy();
    },
  };
}

const nodesById = ({ nodes }: GraphFile) =>
  new Map<string | undefined, GraphNode>(nodes.map((node) => [node.id, node]));
const keyOf = (p: Problem) => `${p.code} ${p.node} ${p.port} ${p.param}`;

function shareFile(before: GraphFile, next: GraphFile): GraphFile {
  const nodes = shareById(before.nodes, next.nodes);
  return share(before, { ...next, nodes });
}
