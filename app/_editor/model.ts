/** The draft as React reads it: the projection of the Yjs document and what is inferred from it, sharing every unchanged part. */
import * as Y from "yjs";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Catalogue } from "@/graph/define-node";
import type { GraphFile } from "@/graph/document";
import { docToFile, EDIT, undoScope } from "@/graph/draft";
import type { Problem } from "@/graph/problems";
import { type Inferred, inferGraph, type Probes } from "@/graph/infer";
import { share, shareById } from "./share";

export type Model = {
  file: GraphFile;
  inferred: Inferred;
  probes: Probes;
  /** What the server found wrong with files that parameters name. */
  probeProblems: Problem[];
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

/** Edits of one parameter within this time are one step of undo. */
const ONE_STEP_MS = 400;

export function createModel(doc: Y.Doc, catalogue: Catalogue): DraftModel {
  const undo = new Y.UndoManager(undoScope(doc), { trackedOrigins: new Set([EDIT]), captureTimeout: ONE_STEP_MS });
  const file = docToFile(doc);
  const store = createStore<Model>(() => ({
    file,
    inferred: inferGraph(file, catalogue),
    probes: {},
    probeProblems: [],
    canUndo: false,
    canRedo: false,
  }));

  const refresh = () => {
    const before = store.getState();
    const next = shareFile(before.file, docToFile(doc));
    if (next === before.file) return;
    const meant = next.nodes === before.file.nodes && next.wires === before.file.wires;
    const inferred = meant ? before.inferred : share(before.inferred, inferGraph(next, catalogue, before.probes));
    store.setState({ file: next, inferred });
  };
  const steps = () => store.setState({ canUndo: undo.canUndo(), canRedo: undo.canRedo() });
  doc.on("update", refresh);
  for (const event of ["stack-item-added", "stack-item-popped", "stack-cleared"] as const) undo.on(event, steps);

  return {
    doc,
    undo,
    store,
    setProbes(found, problems) {
      const before = store.getState();
      const probes = share(before.probes, found);
      store.setState({
        probes,
        probeProblems: share(before.probeProblems, problems),
        inferred: share(before.inferred, inferGraph(before.file, catalogue, probes)),
      });
    },
    destroy() {
      doc.off("update", refresh);
      undo.destroy();
    },
  };
}

function shareFile(before: GraphFile, next: GraphFile): GraphFile {
  const nodes = shareById(before.nodes, next.nodes);
  return share(before, { ...next, nodes });
}
