/** Why a node runs, or does not: codes with values, as a plan and a run store them. Words are made when they are shown. */

export type RowChanges = { added: number; removed: number; changed: number };

export type Reason =
  /** Of a plan: an exact difference to the node's last success. */
  | { code: "never-ran" }
  | { code: "only-smoke"; run: number }
  | { code: "param"; param: string; before: string; after: string }
  /** `rows`: by their ids, where both tables are there to be compared. */
  | { code: "input"; port: string; rowsBefore?: number; rowsAfter?: number; rows?: RowChanges }
  | { code: "file"; param: string }
  | { code: "code"; before: number; after: number }
  | { code: "machine" }
  | { code: "not-cacheable" }
  | { code: "result-gone" }
  | { code: "upstream"; nodes: string[] }
  /** An error on the node or before it stands in the way. */
  | { code: "blocked" }
  /** Of the graph, or of a smoke run. */
  | { code: "muted" }
  | { code: "needs-muted" }
  | { code: "bypassed" }
  | { code: "frozen" }
  | { code: "side-effect" }
  | { code: "needs-left-out" }
  /** Of a run under way. */
  /** `graph`: the name of the other graph whose run it is. */
  | { code: "cached"; run: number; graph?: string }
  | { code: "twin" }
  | { code: "no-result" }
  | { code: "needs-failed"; node: string };
