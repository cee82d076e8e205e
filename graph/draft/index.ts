/** The draft: the Yjs working copy of a graph and the commands on it. */
export * from "./commands";
export { docToFile, fileToDoc } from "./document";
export * from "./frames";
export * from "./wires";
