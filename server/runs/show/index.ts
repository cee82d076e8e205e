/** A run as people and programs see it. */
export { listRuns } from "./list-runs";
export { type LogLine, readLogs } from "./read-logs";
export { readRecipe } from "./read-recipe";
export { showRun } from "./show-run";
export { readRunSpans, type SpanOfRun, traceIdOf } from "./trace-run";
