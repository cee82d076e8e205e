/**
 * The grammar of the answers that fit a JSON Schema. Objects are written in the order of their properties; an object that
 * says nothing of `required` gets all of them; what is not named is not written, unless `additionalProperties` says what it is.
 */

import { areApart } from "./apart";
import { FORMATS } from "./formats";
import { ANY_CHAR, choice, Grammar, literal, oneOfTexts, otherThan, patternBody, repeat } from "./gbnf";
import { limits } from "./limits";
import { merge } from "./merge";
import { integerBetween, numberBetween } from "./numbers";
import { readPattern } from "./pattern";
import { isObject, type JsonType, type Schema, schemaReader, TYPES, typeOf } from "./read-schema";
import { Impossible, overlapping, tooLarge, unheld } from "./schema-error";

const SPACE = '(" " | "\\n" [ \\t]{0,20})?';
const EMPTY: Omit<Schema, "at"> = {
  all: [],
  unions: [],
  refs: [],
  properties: new Map(),
  patternProperties: new Map(),
};

/** In llama.cpp's notation (GBNF). @throws Failure `json-schema-…`, with keyword and pointer */
export function schemaGrammar(root: Record<string, unknown> | boolean): string {
  const reader = schemaReader(root);
  const grammar = new Grammar();
  const space = grammar.rule(SPACE);
  const char = grammar.rule(ANY_CHAR);
  const comma = grammar.rule(`"," ${space}`);
  const colon = grammar.rule(`":" ${space}`);
  const rules = new Map<string, string>();
  /** References that are being compiled, and those among them at this very value. */
  const open = new Set<string>();
  let here = new Set<string>();
  let depth = 0;
  let steps = 0;

  const list = (item: string, min: number, max: number | undefined): string => {
    if (max === 0) return '""';
    const more = repeat(
      grammar,
      grammar.rule(`${comma} ${item}`),
      Math.max(min - 1, 0),
      max === undefined ? max : max - 1,
    );
    return min > 0 ? `${item} ${more}` : `(${item} ${more})?`;
  };
  const string = grammar.rule(`"\\x22" ${char}* "\\x22"`);
  const value = grammar.reserve();
  const anyArray = grammar.rule(`"[" ${space} ${list(value, 0, undefined)} ${space} "]"`);
  const pair = grammar.rule(`${string} ${colon} ${value}`);
  const anyObject = grammar.rule(`"{" ${space} ${list(pair, 0, undefined)} ${space} "}"`);
  const anyNumber = grammar.rule(numberBetween({}, 16)!);
  grammar.define(value, `${anyObject} | ${anyArray} | ${string} | ${anyNumber} | "true" | "false" | "null"`);

  /** A value inside another: references may lead back to here. */
  function inside(schema: Schema): string {
    const outer = here;
    here = new Set();
    if (++depth > limits.depth) throw tooLarge("depth", limits.depth);
    try {
      return expression(schema);
    } finally {
      depth--;
      here = outer;
    }
  }

  function expression(schema: Schema): string {
    if (++steps > limits.subschemas * 4) throw tooLarge("subschemas", limits.subschemas);
    const [ref] = schema.refs;
    if (ref !== undefined && isBare(schema)) return ofReference(ref, schema.at);
    return ofSchema(flat(schema));
  }

  function ofReference(ref: string, at: string): string {
    if (here.has(ref)) throw new Impossible("$ref", at);
    const known = rules.get(ref);
    if (known) return known;
    const name = grammar.reserve();
    rules.set(ref, name);
    open.add(ref);
    here.add(ref);
    try {
      grammar.define(name, expression(reader.target(ref)));
    } finally {
      open.delete(ref);
      here.delete(ref);
    }
    return name;
  }

  /** With what its references and `allOf` say. */
  function flat(schema: Schema, seen: ReadonlySet<string> = new Set()): Schema {
    if (++steps > limits.subschemas * 4) throw tooLarge("subschemas", limits.subschemas);
    if (schema.never) throw new Impossible("false", schema.at);
    let whole: Schema = { ...schema, all: [], refs: [] };
    for (const ref of schema.refs) {
      if (seen.has(ref)) throw new Impossible("$ref", schema.at);
      whole = merge(whole, flat(reader.target(ref), new Set([...seen, ref])));
    }
    for (const part of schema.all) whole = merge(whole, flat(part, seen));
    return whole;
  }

  function ofSchema(schema: Schema): string {
    const [union, ...others] = schema.unions;
    if (!union) return ofValues(schema);
    const rest = { ...schema, unions: others };
    const alone = isEmpty(rest);
    const options: Schema[] = [];
    const made: string[] = [];
    let impossible: unknown;
    for (const option of union.options) {
      try {
        made.push(alone ? expression(option) : ofSchema(merge(rest, flat(option))));
        options.push(option);
      } catch (error) {
        if (!(error instanceof Impossible)) throw error;
        impossible = error;
      }
    }
    if (made.length === 0) throw impossible;
    if (
      union.keyword === "oneOf" &&
      !areApart(
        options.map((one) => ({ ...merge(rest, flat(one)) })),
        flat,
      )
    )
      throw overlapping(union.at);
    return choice(made.map((one) => grammar.rule(one)));
  }

  function ofValues(schema: Schema): string {
    if (schema.values) {
      const fitting = schema.values.filter((one) => mayBe(one, schema.types));
      if (fitting.length === 0) throw new Impossible("enum", schema.at);
      const texts = fitting.filter((one) => typeof one === "string");
      const rest = fitting.filter((one) => typeof one !== "string").map((one) => spelled(one));
      return choice([...(texts.length ? [oneOfTexts(texts)] : []), ...rest]);
    }
    const types = schema.types ?? impliedTypes(schema);
    if (!types) return value;
    const kept = types.filter((one) => !(one === "integer" && types.includes("number")));
    const made: string[] = [];
    let impossible: unknown;
    for (const type of kept) {
      try {
        made.push(OF_TYPE[type](schema));
      } catch (error) {
        if (!(error instanceof Impossible)) throw error;
        impossible = error;
      }
    }
    if (made.length === 0) throw impossible;
    return choice(made);
  }

  function spelled(one: unknown): string {
    if (Array.isArray(one)) return `"[" ${one.map(spelled).join(` ${comma} `)} "]"`;
    if (!isObject(one)) return literal(JSON.stringify(one));
    const pairs = Object.entries(one).map(
      ([name, each]) => `${literal(JSON.stringify(name))} ${colon} ${spelled(each)}`,
    );
    return `"{" ${pairs.join(` ${comma} `)} "}"`;
  }

  const OF_TYPE: Record<JsonType, (schema: Schema) => string> = {
    null: () => '"null"',
    boolean: () => '("true" | "false")',
    string: ofString,
    number: (schema) => ofNumber(schema, false),
    integer: (schema) => ofNumber(schema, true),
    array: ofArray,
    object: ofObject,
  };

  function ofString({ at, pattern, format, minLength = 0, maxLength }: Schema): string {
    const source = pattern ?? (format === undefined ? undefined : FORMATS.get(format));
    if (source !== undefined) {
      if (minLength > 0 || maxLength !== undefined) throw unheld("pattern", `${at}/pattern`);
      const body = patternBody(grammar, readPattern(source));
      if (body === undefined) throw new Impossible("pattern", at);
      return grammar.rule(`"\\x22" ${body} "\\x22"`);
    }
    if (minLength === 0 && maxLength === undefined) return string;
    if (maxLength !== undefined && maxLength < minLength) throw new Impossible("maxLength", at);
    if (minLength > limits.repeats) throw unheld("minLength", `${at}/minLength`);
    const most = maxLength !== undefined && maxLength > limits.repeats ? undefined : maxLength;
    return grammar.rule(`"\\x22" ${repeat(grammar, char, minLength, most)} "\\x22"`);
  }

  function ofNumber({ at, lower, upper, multipleOf }: Schema, whole: boolean): string {
    const range = { lower, upper };
    const keyword = lower ? "minimum" : "maximum";
    const made = (text: string | undefined) => {
      if (text === undefined) throw new Impossible(keyword, at);
      return grammar.rule(text);
    };
    if (multipleOf === undefined) return made(whole ? integerBetween(range) : numberBetween(range, 16));
    const places = /^0?\.(0*)1$/.exec(decimalText(multipleOf))?.[1]?.length;
    if (multipleOf === 1) return made(integerBetween(range));
    if (places !== undefined && !whole) return made(numberBetween(range, places + 1));
    if (lower && upper && Number.isInteger(multipleOf)) {
      const first = Math.ceil(lower.value / multipleOf);
      const last = Math.floor(upper.value / multipleOf);
      if (last - first < limits.enumValues) {
        const all = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * multipleOf);
        const fitting = all.filter(
          (one) => !(lower.exclusive && one === lower.value) && !(upper.exclusive && one === upper.value),
        );
        if (fitting.length === 0) throw new Impossible("multipleOf", at);
        return grammar.rule(choice(fitting.map((one) => literal(String(one)))));
      }
    }
    throw unheld("multipleOf", `${at}/multipleOf`);
  }

  function ofArray({ at, prefix = [], items, minItems = 0, maxItems }: Schema): string {
    const closed = items?.never ?? false;
    const most = closed ? Math.min(maxItems ?? prefix.length, prefix.length) : (maxItems ?? undefined);
    if (most !== undefined && most < minItems)
      throw new Impossible(maxItems === undefined ? "items" : "maxItems", at);
    if (minItems > limits.repeats) throw unheld("minItems", `${at}/minItems`);
    const first = prefix.slice(0, most).map(inside);
    // A tuple that does not say what may follow it is whole.
    const goesOn = prefix.length === 0 || (items !== undefined && !closed) || minItems > prefix.length;
    const min = Math.max(0, minItems - first.length);
    const max = goesOn ? (most === undefined || most > limits.repeats ? undefined : most - first.length) : 0;
    const item = max === 0 ? "" : grammar.rule(items && !closed ? inside(items) : value);
    const more =
      max === 0 ? "" : first.length ? repeat(grammar, `${comma} ${item}`, min, max) : list(item, min, max);
    const inner = [first.join(` ${comma} `), more].filter((part) => part !== "" && part !== '""').join(" ");
    return grammar.rule(inner === "" ? '"[" "]"' : `"[" ${space} ${inner} ${space} "]"`);
  }

  function ofObject(schema: Schema): string {
    const { at, properties, required, additional, patternProperties, propertyNames } = schema;
    const free = additional && !additional.never ? additional : undefined;
    const isMap = free !== undefined || patternProperties.size > 0;
    const unnamed = properties.size === 0 && !required?.size;
    if (
      unnamed &&
      !isMap &&
      !additional &&
      !propertyNames &&
      schema.minProperties === undefined &&
      schema.maxProperties === undefined
    )
      return anyObject;
    if (patternProperties.size > 1) throw unheld("patternProperties", `${at}/patternProperties`);
    if (patternProperties.size > 0 && properties.size > 0)
      throw unheld("patternProperties", `${at}/patternProperties`);
    if (propertyNames && properties.size > 0) throw unheld("propertyNames", `${at}/propertyNames`);

    const named: { pair: string; must: boolean }[] = [];
    for (const [name, property] of properties) {
      const must = required ? required.has(name) : !leadsBack(property);
      try {
        named.push({
          pair: grammar.rule(`${literal(JSON.stringify(name))} ${colon} ${inside(property)}`),
          must,
        });
      } catch (error) {
        if (!(error instanceof Impossible) || (required?.has(name) ?? false)) throw error;
      }
    }
    for (const name of required ?? []) {
      if (properties.has(name)) continue;
      if (additional?.never || patternProperties.size > 0) throw new Impossible("required", at);
      named.push({
        pair: grammar.rule(`${literal(JSON.stringify(name))} ${colon} ${free ? inside(free) : value}`),
        must: true,
      });
    }
    const more = mapPair(schema, [...properties.keys(), ...(required ?? [])], free, unnamed);
    const { min, max } = mapCounts(schema, named, more !== undefined);
    const inner = pairs(named, more, min, max);
    return grammar.rule(inner === "" ? '"{" "}"' : `"{" ${space} ${inner} ${space} "}"`);
  }

  /** A name and a value of what is not named one by one. */
  function mapPair(
    schema: Schema,
    names: string[],
    free: Schema | undefined,
    unnamed: boolean,
  ): string | undefined {
    const { at, additional, patternProperties, propertyNames } = schema;
    const [byPattern] = patternProperties;
    if (byPattern) {
      let key: string | undefined;
      try {
        key = patternBody(grammar, readPattern(byPattern[0]));
      } catch {
        throw unheld("patternProperties", `${at}/patternProperties`);
      }
      if (key === undefined) throw new Impossible("patternProperties", at);
      return grammar.rule(`"\\x22" ${key} "\\x22" ${colon} ${inside(byPattern[1])}`);
    }
    const each = free ?? (unnamed && !additional?.never ? ({ ...EMPTY, at } satisfies Schema) : undefined);
    if (!each) return undefined;
    const key = propertyNames
      ? ofSchema(merge({ ...EMPTY, at: propertyNames.at, types: ["string"] }, flat(propertyNames)))
      : otherThan(grammar, names);
    return grammar.rule(`${grammar.rule(key)} ${colon} ${inside(each)}`);
  }

  /** How many pairs that are not named one by one. */
  function mapCounts(
    { at, minProperties = 0, maxProperties }: Schema,
    named: readonly { must: boolean }[],
    isMap: boolean,
  ): { min: number; max: number | undefined } {
    const sure = named.filter(({ must }) => must).length;
    if (maxProperties !== undefined && maxProperties < sure) throw new Impossible("maxProperties", at);
    const exact = sure === named.length;
    if (minProperties > sure && (!isMap || !exact || minProperties > limits.repeats))
      throw isMap || !exact
        ? unheld("minProperties", `${at}/minProperties`)
        : new Impossible("minProperties", at);
    if (maxProperties !== undefined && maxProperties < named.length && !exact)
      throw unheld("maxProperties", `${at}/maxProperties`);
    return {
      min: Math.max(0, minProperties - sure),
      max:
        maxProperties === undefined || maxProperties > limits.repeats
          ? undefined
          : maxProperties - named.length,
    };
  }

  function pairs(
    named: readonly { pair: string; must: boolean }[],
    more: string | undefined,
    min: number,
    max: number | undefined,
  ): string {
    // From the last to the first: what follows when a pair stands before it, and when none does.
    let after = more === undefined || max === 0 ? "" : repeat(grammar, `${comma} ${more}`, min, max);
    let begin: string | undefined = more === undefined || max === 0 ? "" : list(more, min, max);
    for (const { pair, must } of [...named].reverse()) {
      const rest: string = after === "" ? "" : grammar.rule(after);
      const start: string | undefined = must ? undefined : begin;
      begin = [`${pair} ${rest}`.trim(), ...(start === undefined ? [] : [start === "" ? '""' : start])].join(
        " | ",
      );
      if (start !== undefined) begin = grammar.rule(begin);
      after = must ? `${comma} ${pair} ${rest}`.trim() : `(${comma} ${pair})? ${rest}`.trim();
    }
    return begin;
  }

  /** Whether a value of it holds one of what is being written. */
  function leadsBack({ refs, all, unions }: Schema, seen = 0): boolean {
    if (seen > limits.depth) return true;
    return (
      refs.some((ref) => open.has(ref)) ||
      all.some((one) => leadsBack(one, seen + 1)) ||
      unions.some(({ options }) => options.some((one) => leadsBack(one, seen + 1)))
    );
  }

  open.add("#");
  return grammar.text(grammar.rule(expression({ ...EMPTY, at: "", refs: ["#"] })));
}

const isBare = (schema: Schema): boolean => schema.refs.length === 1 && isEmpty({ ...schema, refs: [] });

/** Says nothing. */
function isEmpty({ at: _, all, unions, refs, properties, patternProperties, ...rest }: Schema): boolean {
  return (
    all.length + unions.length + refs.length + properties.size + patternProperties.size === 0 &&
    Object.values(rest).every((value) => value === undefined)
  );
}

/** A schema without `type` says with its keywords what it is about. */
function impliedTypes(schema: Schema): JsonType[] | undefined {
  const { properties, patternProperties, required, additional, propertyNames, minProperties, maxProperties } =
    schema;
  const about: Partial<Record<JsonType, boolean>> = {
    object:
      properties.size + patternProperties.size > 0 ||
      [required, additional, propertyNames, minProperties, maxProperties].some((one) => one !== undefined),
    array: [schema.prefix, schema.items, schema.minItems, schema.maxItems].some((one) => one !== undefined),
    string: [schema.pattern, schema.format, schema.minLength, schema.maxLength].some(
      (one) => one !== undefined,
    ),
    number: [schema.lower, schema.upper, schema.multipleOf].some((one) => one !== undefined),
  };
  const found = TYPES.filter((type) => about[type]);
  return found.length ? found : undefined;
}

const mayBe = (value: unknown, types: readonly JsonType[] | undefined): boolean =>
  !types || types.includes(typeOf(value)) || (typeOf(value) === "integer" && types.includes("number"));

const decimalText = (value: number): string =>
  /e-/.test(String(value)) ? value.toFixed(20).replace(/0+$/, "") : String(value);
