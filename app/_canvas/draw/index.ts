/** Nodes, ports, frames and notes. */

export { isNothing } from "./is-nothing";
export { mainOutput, useFactsText } from "./summary";
