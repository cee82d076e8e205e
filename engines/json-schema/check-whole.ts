import { Failure } from "@/graph/problems";
import type { HeldAnswer } from "./held-answer";

/**
 * Passes an answer on and checks it at its end against the whole schema: a grammar leaves some of it open. An answer that ran
 * into the limit of tokens is not whole and says so itself.
 * @throws Failure `json-answer-cut`, `json-schema-answer` with keyword and pointer
 */
export async function* checkedWhole<F extends { reason: "stop" | "length" }>(
  answer: AsyncGenerator<string, F>,
  { check }: HeldAnswer,
): AsyncGenerator<string, F> {
  let text = "";
  let next = await answer.next();
  for (; !next.done; next = await answer.next()) {
    text += next.value;
    yield next.value;
  }
  if (next.value.reason === "stop") {
    const misfit = check(parsed(text));
    if (misfit) throw new Failure("NODE_ERROR", "json-schema-answer", misfit);
  }
  return next.value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure("INVALID_INPUT", "json-answer-cut", {});
  }
}
