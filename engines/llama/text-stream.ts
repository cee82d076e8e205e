/** Turns tokens into text as they come: characters that span tokens wait until they are whole. */
import type { LlamaModel, Token } from "node-llama-cpp";

/** Tokens of context that the detokeniser needs to decide about a leading space. */
const LOOK_BACK = 8;
/** A character takes at most four byte tokens; what is still broken after more is broken for good. */
const LONGEST_CHARACTER = 8;

export function textStream(model: Pick<LlamaModel, "detokenize">) {
  const sent: Token[] = [];
  let pending: Token[] = [];
  const decode = () => model.detokenize(pending, false, sent.slice(-LOOK_BACK));
  const take = (): string => {
    const text = decode();
    sent.push(...pending);
    pending = [];
    return text;
  };
  return {
    push(token: Token): string {
      pending.push(token);
      return decode().endsWith("\uFFFD") && pending.length < LONGEST_CHARACTER ? "" : take();
    },
    rest: (): string => (pending.length > 0 ? take() : ""),
  };
}
