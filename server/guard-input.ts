/** What a request may hold at all, before anybody looks at its fields: text that can be stored, numbers, a depth that can be walked. */
import { findStrange } from "@/graph/read-graph";
import { Refusal } from "./errors";

/** @throws Refusal that names the field */
export async function guardInput(read: () => Promise<unknown>): Promise<void> {
  let input: unknown;
  try {
    input = await read();
  } catch {
    // Whatever serialisation, nesting or types it claims to have.
    throw new Refusal("BAD_REQUEST", "bad-request");
  }
  const strange = findStrange(input);
  if (strange) throw new Refusal("BAD_REQUEST", strange.code, strange.values);
}
