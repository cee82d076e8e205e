/** What a person looks at: selection, panels, the wire being drawn. Never the document. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { Compared } from "@/app/_versions/compared";
import type { Connection } from "@/graph/connect";

export const INSPECTOR_TABS = ["settings", "output", "log", "history"] as const;
export type InspectorTab = (typeof INSPECTOR_TABS)[number];

/** The wire a person is drawing: from which port, and what each port it could end in says. */
export type Drawing = { ref: string; direction: "in" | "out"; verdicts: ReadonlyMap<string, Connection> };

export type AddMenu = {
  /** On screen. */
  at: { x: number; y: number };
  /** On the canvas: where the new node goes. */
  place: [number, number];
  /** A wire that was dropped on the empty canvas: only kinds it could end in, or come from, are offered. */
  from?: string;
  to?: string;
  /** The wire into which the new node goes. */
  wire?: string;
};

export type Refusal = { at: { x: number; y: number }; from: string; to: string; verdict: Connection };

export type View = {
  /** Nodes and notes. */
  selected: readonly string[];
  /** Wires, by the input they end in. */
  wires: readonly string[];
  tab: InspectorTab;
  inspectorOpen: boolean;
  minimap: boolean;
  tool: "select" | "hand";
  drawing: Drawing | undefined;
  addMenu: AddMenu | undefined;
  refusal: Refusal | undefined;
  renaming: string | undefined;
  /** The note being written in the notebook. */
  writing: string | undefined;
  /** Collapsed cells of the notebook. */
  folded: readonly string[];
  help: boolean;
  /** A version is being named. */
  naming: boolean;
  /** The list that is searched: all commands, the nodes of the graph, or the wires that the chosen node has and could have. */
  finder: "commands" | "nodes" | "wires" | undefined;
  /** The kind whose help is open. */
  docs: string | undefined;
  /** The node whose first rows are shown beside it. */
  peek: string | undefined;
  /** The subgraph whose inside is shown. */
  inside: string | undefined;
  /** The wire that a dragged node would go into. */
  overWire: string | undefined;
  /** The version whose differences to the draft are drawn. */
  compare: Compared | undefined;
};

export type ViewStore = StoreApi<View>;

export const createViewStore = (): ViewStore =>
  createStore<View>(() => ({
    selected: [],
    wires: [],
    tab: "settings",
    inspectorOpen: true,
    minimap: true,
    tool: "select",
    drawing: undefined,
    addMenu: undefined,
    refusal: undefined,
    renaming: undefined,
    writing: undefined,
    folded: [],
    help: false,
    naming: false,
    finder: undefined,
    docs: undefined,
    peek: undefined,
    inside: undefined,
    overWire: undefined,
    compare: undefined,
  }));
