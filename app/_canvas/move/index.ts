/** Moving nodes, and moving among them. */
export { leaveFields } from "./focus";
export { besideChosen } from "./walk";
