/** What the canvas knows of its own drawing: where ports stand and how wires run. Follows nodes while they are dragged. */
import { createContext, startTransition, useContext, useEffect, useState } from "react";
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
  /** So far out that a node is its border, its colour and its title. */
  tiny: boolean;
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
    tiny: many,
    many,
  }));

export const CanvasContext = createContext<CanvasStore | undefined>(undefined);

function useCanvasStore(): CanvasStore {
  const store = useContext(CanvasContext);
  if (!store) throw new Error("useCanvas outside Canvas");
  return store;
}

export function useCanvas<T>(select: (state: CanvasState) => T): T {
  return useStore(useCanvasStore(), select);
}

/**
 * Whether small marks are drawn at all. What comes into sight tiny goes without until it is seen larger, and gets them
 * when the page has time; then they stay, hidden when tiny again.
 */
export function useMarks(): boolean {
  const store = useCanvasStore();
  const [marks, setMarks] = useState(() => !store.getState().tiny);
  useEffect(() => {
    if (marks) return;
    const look = () => {
      if (!store.getState().tiny) startTransition(() => setMarks(true));
    };
    look();
    return store.subscribe(look);
  }, [marks, store]);
  return marks;
}
