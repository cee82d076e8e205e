import { createContext } from "react";

/** Memory of the worker that would run the node. */
export type WorkerMemory = { memoryBytes: number; usedBytes: number };
export const WorkerContext = createContext<WorkerMemory | undefined>(undefined);
