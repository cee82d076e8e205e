"use client";
/** The order in which the notebook shows its cells. */
import { createContext, useContext } from "react";

export const CellsContext = createContext<{ order: readonly string[] }>({ order: [] });
export const useCells = () => useContext(CellsContext);
