/** What the canvas knows of its own drawing: where ports stand and how wires run. Follows nodes while they are dragged. */
import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Drawn } from "./drawn";
import type { Point } from "./geometry";
import type { NodePorts } from "./ports";

export type CanvasState = {
  drawn: Drawn | undefined;
  ports: ReadonlyMap<string, NodePorts>;
  routes: ReadonlyMap<string, Point[]>;
  /** Drawn without details: zoomed far out. */
  simple: boolean;
  /** So many nodes that only those in sight are drawn. */
  many: boolean;
};
export type CanvasStore = StoreApi<CanvasState>;

/** A graph of many nodes opens zoomed out. */
export const createCanvasStore = (many: boolean): CanvasStore =>
  createStore<CanvasState>(() => ({
    drawn: undefined,
    ports: new Map(),
    routes: new Map(),
    simple: many,
    many,
  }));

export const CanvasContext = createContext<CanvasStore | undefined>(undefined);

export function useCanvas<T>(select: (state: CanvasState) => T): T {
  const store = useContext(CanvasContext);
  if (!store) throw new Error("useCanvas outside Canvas");
  return useStore(store, select);
}
