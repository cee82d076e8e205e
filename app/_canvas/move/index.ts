/** Moving nodes, and moving among them. */
export { leaveFields } from "./focus";
