/** Why a node ran or did not, as a sentence in English: the first thing `--json` and traces say of it. */
import type { Reason } from "@/graph/plan/reason";
import { reasonSentence } from "@/messages/words";

/** `kept`: the sentence that runs of an earlier version stored. */
export const reasonText = (reasons: readonly Reason[], kept: string): string =>
  reasons.length ? reasons.map((reason) => reasonSentence(reason)).join(" ") : kept;
