/** A model in this process as a backend. The gateway runs it in a process of its own. */
import type { Backend } from "../backend";
import { chat } from "./chat";
import { completions } from "./completions";
import { embeddings } from "./embeddings";
import type { LlamaParts } from "./generation";

export function llamaBackend(parts: LlamaParts): Backend {
  const { model } = parts;
  return {
    chat: (body, { signal }) => chat(parts, body, signal),
    completions: (body, { signal }) => completions(parts, body, signal),
    embeddings: (body, { signal }) => embeddings(parts, body, signal),
    async health() {},
    get load() {
      return model.load;
    },
    memoryBytes: model.memoryBytes,
    close: () => model.dispose(),
  };
}
