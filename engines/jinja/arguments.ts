import { TemplateError } from "./template-error";
import { type Arguments, Markup, type Value } from "./values";

/**
 * The values of a function's parameters, by position or name, as Python binds them; undefined for those not given.
 * @throws TemplateError for arguments that the function has not
 */
export function bind<const Names extends readonly string[]>(
  what: string,
  { positional, named }: Arguments,
  names: Names,
): { [I in keyof Names]: Value | undefined } {
  if (positional.length > names.length)
    throw new TemplateError(`${what} takes at most ${names.length} arguments`);
  for (const name of named.keys()) {
    const at = names.indexOf(name);
    if (at < 0) throw new TemplateError(`${what} has no argument '${name}'`);
    if (at < positional.length) throw new TemplateError(`${what} got '${name}' twice`);
  }
  return names.map((name, i) => (i < positional.length ? positional[i] : named.get(name))) as {
    [I in keyof Names]: Value | undefined;
  };
}

export function needText(what: string, value: Value | undefined): string {
  if (typeof value === "string") return value;
  if (value instanceof Markup) return value.text;
  throw new TemplateError(`${what} wants a text`);
}

export function needWhole(what: string, value: Value | undefined): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  throw new TemplateError(`${what} wants a whole number`);
}
