/** Nodes, ports, frames and notes. */
export { mainOutput, useFactsText } from "./summary";
export { isNothing } from "./telling";
