import { TemplateError } from "./template-error";
import { type Dict, Float, Undefined, type Value, whole } from "./values";

/** What the template's caller hands over, as values of the template. Functions and symbols are undefined. */
export function toValue(data: unknown, size: { letters: number }, depth = 0): Value {
  if (depth > 500) throw new TemplateError("the conversation is nested too deeply");
  if (data === null || typeof data === "boolean") return data;
  if (typeof data === "string") {
    size.letters += data.length;
    return data;
  }
  size.letters += 1;
  if (typeof data === "number") return numberValue(data);
  if (typeof data === "bigint") return Number.isSafeInteger(Number(data)) ? whole(Number(data)) : data;
  if (data instanceof Float) return data;
  if (Array.isArray(data)) return data.map((one) => toValue(one, size, depth + 1));
  if (typeof data !== "object") return new Undefined("a value of the conversation is undefined");
  const dict: Dict = new Map();
  for (const [key, value] of Object.entries(data)) {
    if (value === undefined) continue;
    size.letters += key.length;
    dict.set(key, toValue(value, size, depth + 1));
  }
  return dict;
}

/** JSON does not tell 1.0 from 1; what is no safe whole number is one with a fraction. */
function numberValue(number: number): Value {
  return Number.isSafeInteger(number) ? number : new Float(number);
}
