import type { FailureView } from "@/graph/run-view";
import { failureSentence } from "@/messages/words";

/** The English sentence of a failure: what, where, what to do next. */
export const failureMessage = (kind: string, { reason, values }: Omit<FailureView, "message">): string =>
  failureSentence(reason, values, kind);
