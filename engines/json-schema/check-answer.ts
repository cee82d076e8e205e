/** Checks an answer against the whole schema: also what its grammar leaves open. */
import { createContext, Script } from "node:vm";
import Ajv, { type ValidateFunction } from "ajv";
import Ajv2020 from "ajv/dist/2020.js";
import { FORMAT_CHECKS } from "./formats";
import { limits } from "./limits";
import { malformed } from "./schema-error";

/** What does not fit, and where in the answer. */
export type Misfit = { keyword: string; pointer: string };

export type AnswerCheck = (value: unknown) => Misfit | undefined;

/** @throws Failure `json-schema-malformed` */
export function answerCheck(schema: Record<string, unknown>): AnswerCheck {
  const validate = compiled(schema);
  return (value) => {
    if (within(limits.checkMs, () => validate(value))) return undefined;
    const [first] = validate.errors ?? [];
    return { keyword: first?.keyword ?? "schema", pointer: `#${first?.instancePath ?? ""}` };
  };
}

function compiled(schema: Record<string, unknown>): ValidateFunction {
  const Library = isOld(schema) ? Ajv : Ajv2020;
  const ajv = new Library({
    strict: false,
    validateFormats: true,
    logger: false,
    // It takes longer than the checks save.
    code: { optimize: false },

    multipleOfPrecision: 9,
  });
  for (const [name, check] of FORMAT_CHECKS) ajv.addFormat(name, check);
  // Names of its own would be looked up, and its dialect may be one that nobody can fetch.
  const { $id: _, id: __, $schema: ___, ...rest } = schema;
  try {
    return ajv.compile(rest);
  } catch {
    throw malformed("schema", "");
  }
}

/** Before 2020 tuples were lists in `items`. */
function isOld(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(isOld);
  if (typeof schema !== "object" || schema === null) return false;
  return Object.entries(schema).some(([name, value]) =>
    name === "items" && Array.isArray(value) ? true : name !== "enum" && name !== "const" && isOld(value),
  );
}

/** A pattern may be made so that it never ends. False when the time is up. */
function within(ms: number, work: () => boolean): boolean {
  const context = createContext({ work });
  try {
    return CALL.runInContext(context, { timeout: ms }) as boolean;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return false;
    throw error;
  }
}
const CALL = new Script("work()");
