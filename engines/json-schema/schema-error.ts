import { Failure } from "@/graph/problems";

const refuse = (reason: string, values: Record<string, string | number>) =>
  new Failure("INVALID_INPUT", reason, values);

/** As people read a JSON pointer: the root has one too. */
const shown = (pointer: string) => (pointer === "" ? "#" : `#${pointer}`);

/** No part of JSON Schema: most likely misspelt. */
export const unknownKeyword = (keyword: string, pointer: string) =>
  refuse("json-schema-unknown", { keyword, pointer: shown(pointer) });

/** A part of JSON Schema that no answer can be held to. */
export const unheld = (keyword: string, pointer: string) =>
  refuse("json-schema-unheld", { keyword, pointer: shown(pointer) });

/** A keyword with a value that it does not take. */
export const malformed = (keyword: string, pointer: string) =>
  refuse("json-schema-malformed", { keyword, pointer: shown(pointer) });

export const badReference = (ref: string, pointer: string) =>
  refuse("json-schema-reference", { ref: ref.slice(0, 200), pointer: shown(pointer) });

export const overlapping = (pointer: string) => refuse("json-schema-overlap", { pointer: shown(pointer) });

export const tooLarge = (what: "subschemas" | "enumValues" | "depth" | "grammarChars", limit: number) =>
  refuse("json-schema-too-large", { what, limit });

/** Nothing fits: `false`, `minimum` above `maximum`, a reference that leads to itself. */
export class Impossible extends Failure {
  constructor(keyword: string, pointer: string) {
    super("INVALID_INPUT", "json-schema-impossible", { keyword, pointer: shown(pointer) });
  }
}
