"use client";
import { createContext, type ReactNode, useContext } from "react";
import { useStore } from "zustand";
import type { May } from "@/app/_shell/access";
import type { Catalogue } from "@/graph/define-node";
import { nodesById } from "./lookup";
import type { DraftModel, Model } from "./model";
import type { StatusState, StatusStore } from "./status-store";
import type { View, ViewStore } from "./view-store";

export const EDITOR_VIEWS = ["canvas", "notebook", "app"] as const;
export type EditorView = (typeof EDITOR_VIEWS)[number];

/** `only`: the targets alone, on the last results of what comes before them. */
export type RunRequest = { targets?: string[]; smoke?: boolean; only?: boolean };
/** What the editor asks of the server besides keeping the draft. */
export type EditorActions = {
  run(request: RunRequest): void;
  /** Resolves when the server has every edit. */
  saved(): Promise<void>;
  cancel(): void;
  show(view: EditorView): void;
};

export type Editor = {
  graphId: string;
  /** What the reader may do; `own` with what they started. */
  may: May;
  /** They may not change the graph. */
  readOnly: boolean;
  catalogue: Catalogue;
  model: DraftModel;
  status: StatusStore;
  view: ViewStore;
  actions: EditorActions;
};

const Context = createContext<Editor | undefined>(undefined);

export function EditorProvider({ editor, children }: { editor: Editor; children: ReactNode }) {
  return <Context.Provider value={editor}>{children}</Context.Provider>;
}

/** Undefined outside of an editor: on a page of a run, or before the graph is open. */
export const useEditorIfAny = () => useContext(Context);

export function useEditor(): Editor {
  const editor = useContext(Context);
  if (!editor) throw new Error("useEditor outside EditorProvider");
  return editor;
}

export const useModel = <T,>(select: (model: Model) => T): T => useStore(useEditor().model.store, select);
export const useView = <T,>(select: (view: View) => T): T => useStore(useEditor().view, select);
export const useStatus = <T,>(select: (status: StatusState) => T): T => useStore(useEditor().status, select);

/** Whether the reader may stop the run under way. */
export const useMayStop = () =>
  useEditor().may(
    "run.cancel",
    useStatus((s) => s.mine),
  );
export const useNode = (id: string) => useModel((m) => nodesById(m.file.nodes).get(id));
export const useNodeState = (id: string) => useStatus((s) => s.nodes[id]);
