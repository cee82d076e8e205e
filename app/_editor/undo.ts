import * as Y from "yjs";
import { EDIT, undoScope } from "@/graph/draft";

/** Every command is one step of undo; edits of one field within this time are one too. */
const ONE_STEP_MS = 400;

/** A person's own edits, undone and redone without limit; what others did stays. */
export function createUndo(doc: Y.Doc): Y.UndoManager {
  const undo = new Y.UndoManager(undoScope(doc), {
    trackedOrigins: new Set([EDIT]),
    captureTimeout: ONE_STEP_MS,
    captureTransaction: (transaction) => {
      if (transaction.origin === EDIT && !typing(transaction)) undo.stopCapturing();
      return true;
    },
  });
  let field: { of: unknown; key: string } | undefined;
  /** Whether it goes on with the one parameter or note that the last edit changed. */
  const typing = ({ changed }: Y.Transaction): boolean => {
    const before = field;
    const [[of, keys] = []] = changed;
    const [key] = keys ?? [];
    const typed = of?._item?.parentSub === "params" || key === "markdown";
    field = changed.size === 1 && keys?.size === 1 && key && typed ? { of, key } : undefined;
    return field !== undefined && before?.of === field.of && before?.key === field.key;
  };
  return undo;
}
