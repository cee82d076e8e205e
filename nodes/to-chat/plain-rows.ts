/** Rows whose conversation DuckDB can make itself, exactly as `convertRow` would: most rows of most files never pass through JavaScript. Pure. */
import { ident, literal, type MoreField, messagesSql, type SqlColumn } from "@/engines/table";
import { type Mapping, PLACEHOLDER } from "./mapping";
import { roleNames } from "./turns";

/** Both over the columns of `data`. `when` is never NULL. `messages` has the further fields too, all NULL. */
export type PlainRows = { when: string; messages: (fields: readonly MoreField[]) => string };

const column = (name: string) => `data.${ident(name)}`;
const all = (...conditions: string[]) =>
  `coalesce(${conditions.map((one) => `(${one})`).join(" AND ")}, false)`;

/** Sure to be more than white space; a text that is only marks of other scripts is left to `convertRow`. */
const says = (text: string) => `regexp_matches(${text}, '[!-~]|\\p{L}')`;
/** Sure to be nothing, or sure to be something. */
const isClear = (text: string) => `${text} IS NULL OR ${text} = '' OR ${says(text)}`;

/** Types whose text is the same in SQL and in JavaScript. */
const TEXTS: ReadonlySet<string> = new Set(["VARCHAR", "BIGINT", "INTEGER", "BOOLEAN"]);

/** Undefined where every row has to be looked at. */
export function plainRows(
  mapping: Mapping,
  columns: readonly SqlColumn[],
  systemPrompt: string,
): PlainRows | undefined {
  const types = new Map(columns.map(({ name, sql }) => [name, sql]));
  const made = byMapping(mapping, types, systemPrompt);
  if (!made || mapping.tools === undefined) return made;
  return { ...made, when: all(made.when, `${column(mapping.tools)} IS NULL`) };
}

function byMapping(mapping: Mapping, types: ReadonlyMap<string, string>, systemPrompt: string) {
  const textOf = (name: string) => `CAST(${column(name)} AS VARCHAR)`;
  const areTexts = (...names: (string | undefined)[]) =>
    names.every((name) => name === undefined || TEXTS.has(types.get(name) ?? ""));
  switch (mapping.kind) {
    case "self-instruct":
      return undefined;
    case "pair": {
      const { question, answer, context, system, history } = mapping;
      if (history !== undefined || !areTexts(question, answer, context, system)) return undefined;
      const beside = [context, system].flatMap((name) => (name === undefined ? [] : [textOf(name)]));
      const asked = textOf(question);
      const more = context === undefined ? "NULL" : textOf(context);
      return exchange(
        [says(asked), says(textOf(answer)), ...beside.map(isClear)],
        [system === undefined ? undefined : textOf(system), systemPrompt],
        context === undefined
          ? asked
          : `CASE WHEN ${more} IS NULL OR ${more} = '' THEN ${asked} ELSE concat(${asked}, ${literal("\n\n")}, ${more}) END`,
        textOf(answer),
      );
    }
    case "templates": {
      const { user, assistant, system } = mapping;
      const names = [user, assistant, system].flatMap((one) =>
        [...one.matchAll(PLACEHOLDER)].map((match) => match[1]!.trim()),
      );
      if (!areTexts(...names)) return undefined;
      const filled = (template: string) => filledSql(template, textOf);
      const systemText = filled(system);
      return exchange(
        [says(filled(user)), says(filled(assistant)), isClear(systemText)],
        [systemText, systemPrompt],
        filled(user),
        filled(assistant),
      );
    }
    case "turns":
      return mapping.system === undefined ? turns(mapping.column, types, systemPrompt) : undefined;
  }
}

function filledSql(template: string, textOf: (name: string) => string): string {
  const parts: string[] = [];
  let at = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    parts.push(literal(template.slice(at, match.index)), `coalesce(${textOf(match[1]!.trim())}, '')`);
    at = match.index + match[0].length;
  }
  return `concat(${[...parts, literal(template.slice(at))].join(", ")})`;
}

function exchange(
  conditions: string[],
  [system, prompt]: [system: string | undefined, prompt: string],
  user: string,
  assistant: string,
): PlainRows {
  const own = system ?? "NULL";
  return {
    when: all(...conditions),
    messages: (fields) => {
      const turn = turnSql(fields);
      const spoken = [turn("'user'", user), turn("'assistant'", assistant)];
      const under = (text: string) => `[${[turn("'system'", text), ...spoken].join(", ")}]`;
      const without = prompt === "" ? `[${spoken.join(", ")}]` : under(literal(prompt));
      return `CASE WHEN ${own} IS NULL OR ${own} = '' THEN ${without} ELSE ${under(own)} END`;
    },
  };
}

/** A turn of a role and a content, as the table has it. */
const turnSql =
  (fields: readonly MoreField[]) =>
  (role: string, content: string): string => {
    const type = messagesSql(fields).slice(0, -2);
    const more = fields.map((name) => `, ${name}: NULL`).join("");
    return `CAST({role: ${role}, content: ${content}${more}} AS ${type})`;
  };

const SPELLINGS = [
  ["role", "content"],
  ["from", "value"],
] as const;

/** A list of turns with a role and a content each, and nothing else: as structs, or as JSON. */
function turns(
  name: string,
  types: ReadonlyMap<string, string>,
  systemPrompt: string,
): PlainRows | undefined {
  const cell = column(name);
  const type = types.get(name)?.replaceAll('"', "") ?? "";
  if (type === "JSON") return fromList(jsonTurns(cell), systemPrompt);
  for (const [role, content] of SPELLINGS)
    for (const fields of [`${role} VARCHAR, ${content} VARCHAR`, `${content} VARCHAR, ${role} VARCHAR`])
      if (type === `STRUCT(${fields})[]`)
        return fromList(
          `list_transform(${cell}, lambda m: {role: m.${ident(role)}, content: m.${ident(content)}})`,
          systemPrompt,
        );
  return undefined;
}

/** NULL for all but lists of objects of two texts. Escapes are left to JavaScript, which also reads halves of letters. */
function jsonTurns(cell: string): string {
  const structure = `CASE WHEN NOT contains(CAST(${cell} AS VARCHAR), '\\u') THEN CAST(json_structure(${cell}) AS VARCHAR) END`;
  const spelled = (a: string, b: string) => literal(`[{"${a}":"VARCHAR","${b}":"VARCHAR"}]`);
  const cases = SPELLINGS.map(([role, content]) => {
    const fits = `(${structure}) IN (${spelled(role, content)}, ${spelled(content, role)})`;
    const turn = `lambda m: {role: m.${ident(role)}, content: m.${ident(content)}}`;
    return `WHEN ${fits} THEN list_transform(from_json(${cell}, ${spelled(role, content)}), ${turn})`;
  });
  return `CASE ${cases.join(" ")} END`;
}

function fromList(list: string, systemPrompt: string): PlainRows {
  const roles = [...roleNames()];
  const roleOf = (name: string) =>
    `CASE ${name} ${roles.map(([spelled, role]) => `WHEN ${literal(spelled)} THEN ${literal(role)}`).join(" ")} END`;
  const known = roleOf("m.role");
  const has = (role: string) =>
    `len(list_filter(${list}, lambda m: ${known} = ${literal(role)} AND ${says("m.content")})) > 0`;
  const isWhole = `len(list_filter(${list}, lambda m: m IS NULL OR m.content IS NULL OR ${known} IS NULL)) = 0`;
  return {
    when: all(isWhole, has("user"), has("assistant")),
    messages: (fields) => {
      const turn = turnSql(fields);
      const spoken = `list_transform(${list}, lambda m: ${turn(known, "m.content")})`;
      if (systemPrompt === "") return spoken;
      const prompt = `[${turn("'system'", literal(systemPrompt))}]`;
      return `CASE WHEN ${roleOf(`(${list})[1].role`)} = 'system' THEN ${spoken} ELSE list_concat(${prompt}, ${spoken}) END`;
    },
  };
}
