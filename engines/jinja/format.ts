/** Python's two ways to put values into a text: `"{}".format(x)` and `"%s" % x`. */
import type { Budget } from "./budget";
import { TemplateError } from "./template-error";
import { floatText, representation, textOf } from "./text";
import {
  type Arguments,
  Float,
  numberOf,
  Tuple,
  textLength,
  typeName,
  Undefined,
  type Value,
  whole,
} from "./values";

/** Follows `.name` or `[key]` of a field. */
export type Follow = (value: Value, name: string | undefined, key: Value) => Value;

/** `{}`, `{0}`, `{name}`, `{a.b[0]}`, `!r` and the specs of texts, whole numbers and `.2f`. */
export function formatText(
  pattern: string,
  { positional, named }: Arguments,
  budget: Budget,
  follow: Follow,
): string {
  let next = 0;
  return budget.text(
    pattern.replace(
      /\{\{|\}\}|\{([^{}!:]*)(?:!([rs]))?(?::([^{}]*))?\}|[{}]/g,
      (all, field: string, how: string, spec = "") => {
        if (all === "{{" || all === "}}") return all[0]!;
        if (field === undefined) throw new TemplateError("a brace of format() has no partner");
        const [, base = "", path = ""] = /^([^.[]*)(.*)$/s.exec(field)!;
        let value =
          base === "" ? positional[next++] : /^\d+$/.test(base) ? positional[Number(base)] : named.get(base);
        for (const [, name, key] of path.matchAll(/\.([^.[]+)|\[([^\]]+)\]/g)) {
          if (value === undefined) break;
          value = follow(value, name, key !== undefined && /^\d+$/.test(key) ? Number(key) : (key ?? ""));
        }
        if (value === undefined) throw new TemplateError(`format() has no value for {${field}}`);
        return withSpec(how === "r" ? representation(value, budget) : value, spec, budget);
      },
    ),
  );
}

function withSpec(value: Value, spec: string, budget: Budget): string {
  if (spec === "") return textOf(value, budget);
  const parts = /^(?:(.)?([<>^]))?(0)?(\d+)?(,)?(?:\.(\d+))?([sdf])?$/su.exec(spec);
  if (!parts) throw new TemplateError(`the format '${spec}' is not supported`);
  const [, fill, align, zero, width, comma, precision, type] = parts;
  const number = numberOf(value);
  let text: string;
  if (type === "f" || (precision !== undefined && number !== undefined)) {
    if (number === undefined || type !== "f")
      throw new TemplateError(`the format '${spec}' is not supported`);
    text = fixed(number, Number(precision ?? 6));
  } else if (type === "d" && (number === undefined || value instanceof Float))
    throw new TemplateError(`the format '${spec}' wants a whole number`);
  else {
    text = type === "d" ? String(number) : textOf(value, budget);
    if (precision !== undefined) text = Array.from(text).slice(0, Number(precision)).join("");
  }
  if (comma && number === undefined) throw new TemplateError(`the format '${spec}' wants a number`);
  if (comma) text = text.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  const missing = Math.max(0, Number(width ?? 0) - textLength(text));
  budget.make(missing + text.length);
  const letter = fill ?? (zero ? "0" : " ");
  const where = align ?? (number !== undefined ? ">" : "<");
  if (zero && !align && text.startsWith("-")) return `-${"0".repeat(missing)}${text.slice(1)}`;
  if (where === "<") return text + letter.repeat(missing);
  if (where === ">") return letter.repeat(missing) + text;
  const left = Math.floor(missing / 2);
  return letter.repeat(left) + text + letter.repeat(missing - left);
}

/** `%.2f`. @throws TemplateError above 40 places */
export function fixed(value: number, places: number): string {
  if (places > 40 || Math.abs(value) >= 1e21) throw new TemplateError("a number has too many places");
  const exact = value.toFixed(places + 60);
  const cut = exact.slice(0, exact.length - 60);
  const [whole = cut, last] = [cut.replace(/\.$/, ""), cut.replace(/\.$/, "").at(-1)];
  // Python rounds an exact half to the even neighbour, JavaScript away from zero.
  const half = /^50*$/.test(exact.slice(exact.length - 60));
  return half && Number(last) % 2 === 0 ? whole : value.toFixed(places);
}

/** `"%s has %d" % (a, b)` */
export function percentText(pattern: string, right: Value, budget: Budget): string {
  const values = right instanceof Tuple ? right.items : [right];
  let next = 0;
  const text = pattern.replace(
    /%(?:\((\w+)\))?([-0 ]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])?/g,
    (all, name, flags, width, precision, type) => {
      if (type === "%") return "%";
      const value = name === undefined ? values[next++] : right instanceof Map ? right.get(name) : undefined;
      if (value === undefined) throw new TemplateError(`there is no value for '${all}'`);
      const made = percentOne(
        value,
        type,
        precision === undefined ? undefined : Number(precision),
        all,
        budget,
      );
      const missing = Math.max(0, Number(width ?? 0) - textLength(made));
      budget.make(missing + made.length);
      if (flags.includes("-")) return made + " ".repeat(missing);
      return (flags.includes("0") && type !== "s" ? "0" : " ").repeat(missing) + made;
    },
  );
  if (
    next < values.length &&
    !(right instanceof Map) &&
    !(next === 0 && !(right instanceof Tuple) && Array.isArray(right))
  )
    throw new TemplateError("not all values were converted by '%'");
  return budget.text(text);
}

function percentOne(
  value: Value,
  type: string,
  precision: number | undefined,
  all: string,
  budget: Budget,
): string {
  if (type === "s" || type === "r") {
    const text = type === "s" ? textOf(value, budget) : representation(value, budget);
    return precision === undefined ? text : Array.from(text).slice(0, precision).join("");
  }
  const number = numberOf(value);
  if (value instanceof Undefined) throw new TemplateError(value.hint);
  if (number === undefined) throw new TemplateError(`'${all}' wants a number, not ${typeName(value)}`);
  if (type === "d" || type === "i") return String(whole(Math.trunc(number)));
  if (type === "f") return fixed(number, precision ?? 6);
  if (type === "x") return whole(number).toString(16);
  if (type === "g" && precision === undefined && Number.isInteger(number) && Math.abs(number) < 1e6)
    return String(number);
  throw new TemplateError(`'${all}' is not supported${type === "g" ? `: ${floatText(number)}` : ""}`);
}
