/** The parts that kinds build their previews from. */
import "./preview.css";

export { ChainTry } from "./chain-try";
export { Cleaned } from "./cleaned";
export { DataTable } from "./data-table";
export { EndpointCard } from "./endpoint-card";
export { FactsCard } from "./facts-card";
export { useRuleText } from "./ledger-words";
export { LeftOut } from "./left-out";
export type { PreviewProps } from "./props";
export { ReportView } from "./report-view";
export { ScoreView } from "./score-view";
export { usePreviewSource } from "./source";
export { TokenRows } from "./token-rows";
export { TrainingCurves } from "./training-curves";
