/** What the canvas knows of its own drawing: where nodes and ports stand and how wires run. Follows nodes while they are dragged. */
import type { Node } from "@xyflow/react";
import { createContext, startTransition, useContext, useEffect, useState } from "react";
import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Point, Rect } from "./arrange/geometry";
import type { NodePorts } from "./draw/ports";
import type { Drawn } from "./look/drawn";

export type CanvasState = {
  drawn: Drawn | undefined;
  /** Nodes, notes and frames where they stand, in sight or not. */
  nodes: readonly Node[];
  ports: ReadonlyMap<string, NodePorts>;
  routes: ReadonlyMap<string, Point[]>;
  /** Drawn without details: zoomed far out. */
  simple: boolean;
  /** So far out that a node is its border, its colour and its title. */
  tiny: boolean;
  /** So many nodes that only those in sight are drawn. */
  many: boolean;
  /** The part of the plane that is drawn; all of it where left out. */
  part: Rect | undefined;
  /** The plane is panned or zoomed. */
  moving: boolean;
};
export type CanvasStore = StoreApi<CanvasState>;

/** A graph of many nodes opens zoomed out. */
export const createCanvasStore = (many: boolean): CanvasStore =>
  createStore<CanvasState>(() => ({
    drawn: undefined,
    nodes: [],
    ports: new Map(),
    routes: new Map(),
    simple: many,
    tiny: many,
    many,
    part: undefined,
    moving: false,
  }));

export const CanvasContext = createContext<CanvasStore | undefined>(undefined);

export function useCanvasStore(): CanvasStore {
  const store = useContext(CanvasContext);
  if (!store) throw new Error("useCanvas outside Canvas");
  return store;
}

export function useCanvas<T>(select: (state: CanvasState) => T): T {
  return useStore(useCanvasStore(), select);
}

/** False until the canvas is `as` it says; then true for good, drawn when the page has time. */
function useOnce(as: (state: CanvasState) => boolean): boolean {
  const store = useCanvasStore();
  const [done, setDone] = useState(() => as(store.getState()));
  useEffect(() => {
    if (done) return;
    const look = () => {
      if (as(store.getState())) startTransition(() => setDone(true));
    };
    look();
    return store.subscribe(look);
  }, [done, store, as]);
  return done;
}

const isAtRest = ({ many, moving }: CanvasState) => !many || !moving;
const isSeen = (state: CanvasState) => !state.tiny && isAtRest(state);

/** Whether details are drawn: those of a large graph's nodes that come into sight in a move wait for its end. */
export const useDetails = (): boolean => useOnce(isAtRest);

/** Whether small marks are drawn: they wait for that too, and until the node is seen larger than tiny. When tiny again they are hidden. */
export const useMarks = (): boolean => useOnce(isSeen);
