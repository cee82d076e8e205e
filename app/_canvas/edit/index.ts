/** Commands, and where they are given. */
export { addKind, duplicate, remove, toggleFrozen, toggleState } from "./commands";
