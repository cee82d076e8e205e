/** Which columns of a table make a conversation, decided from their names. Pure. */
import type { Column } from "@/graph/ports";

export const MAPPINGS = [
  "auto",
  "messages",
  "sharegpt",
  "alpaca",
  "dolly",
  "self-instruct",
  "question-answer",
  "prompt-completion",
  "preference",
  "columns",
] as const;
export type MappingName = (typeof MAPPINGS)[number];

/** `tools` beside any of them: what the model may call. */
export type Mapping = { tools?: string } & (
  | { kind: "turns"; column: string; system?: string }
  | { kind: "self-instruct"; instruction: string; instances: string }
  | { kind: "pair"; question: string; context?: string; answer: string; system?: string; history?: string }
  | { kind: "templates"; system: string; user: string; assistant: string }
);

/** What a mapping found, or the words it looked for in vain. */
export type Mapped = { mapping: Mapping; name: Exclude<MappingName, "auto"> } | { missing: string };

type ColumnLike = Pick<Column, "name"> & Partial<Column>;

/** `messages_json`, `messagesJson` and `Messages JSON` are the words messages and json. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/** A column with such a word beside is about the text, or an answer that nobody shall learn. */
const ABOUT = new Set(
  "id ids uid uuid type kind count counts length len lang language locale score scores rating index idx no num number date time timestamp created updated url uri link source src category tag tags tokens hash embedding vector author name title difficulty level format status rejected rechazada rechazado rejeitada rejeitado".split(
    " ",
  ),
);

/** The column that is called one of `names`, or has one of them as a whole word; names earlier in the list win. */
function find(columns: readonly ColumnLike[], names: readonly string[], nested = false): string | undefined {
  const fits = columns.filter(({ name, type }) => name !== "_row" && (!type || (type === "json") === nested));
  for (const wanted of names) {
    const exact = fits.find(({ name }) => wordsOf(name).join(" ") === wanted);
    if (exact) return exact.name;
  }
  for (const wanted of names) {
    const partly = fits.find(({ name }) => {
      const words = wordsOf(name);
      return words.includes(wanted) && !words.some((word) => ABOUT.has(word));
    });
    if (partly) return partly.name;
  }
  return undefined;
}

const TURNS = [
  ...["messages", "conversations", "conversation", "dialogue", "dialog", "chat", "turns"],
  ...["mensajes", "conversación", "conversacion", "conversaciones", "diálogo", "dialogo", "turnos"],
  ...["mensagens", "conversa", "conversas"],
];
const INSTRUCTION = [
  ...["instruction", "instructions", "instrucción", "instruccion", "instrução", "instrucao"],
  ...["task", "tarea", "tarefa"],
];
const QUESTION = ["question", "pregunta", "pergunta", "query"];
const PROMPT = ["prompt", "user", "human", "input", "usuario", "usuário", "entrada"];
const ANSWER = [
  "answer",
  "respuesta",
  "resposta",
  "response",
  "output",
  "completion",
  "solution",
  "reply",
  "assistant",
  ...["salida", "saída", "saida", "asistente", "assistente", "solución", "solucion", "solução", "solucao"],
];
const CONTEXT = ["context", "contexto", "input", "entrada", "passage"];
const SYSTEM = ["system", "system prompt", "sistema"];

/** The better one of two answers, or of two whole conversations. */
const CHOSEN = ["chosen", "preferred", "elegida", "elegido", "preferida", "escolhida", "escolhido"];

/** What the model may call, as text or JSON. */
const TOOLS = ["tools", "functions"];
/** Beside a question: the exchanges before it. */
const HISTORY = ["history", "historial", "histórico", "historico"];

/** The column that is called exactly so, whatever it holds. */
const called = (columns: readonly ColumnLike[], names: readonly string[]) =>
  columns.find(({ name }) => names.includes(wordsOf(name).join(" ")))?.name;

type Found = Mapping | undefined;
type Sniffer = {
  name: Exclude<MappingName, "auto">;
  looksFor: string;
  find(columns: readonly ColumnLike[]): Found;
};

/** In the order in which automatic mapping tries them. */
const SNIFFERS: Sniffer[] = [
  { name: "messages", looksFor: "messages", find: (columns) => turns(columns, ["messages"]) },
  { name: "sharegpt", looksFor: "conversations", find: (columns) => turns(columns, TURNS) },
  { name: "self-instruct", looksFor: "instruction + instances", find: selfInstruct },
  {
    name: "alpaca",
    looksFor: "instruction + output (+ input)",
    find: (columns) =>
      pair(columns, INSTRUCTION, ["output", "salida", "saída", "saida"], ["input", "entrada"]),
  },
  {
    name: "dolly",
    looksFor: "instruction + response (+ context)",
    find: (columns) => pair(columns, INSTRUCTION, ["response", ...ANSWER], CONTEXT),
  },
  {
    name: "question-answer",
    looksFor: "question + answer (+ context)",
    find: (columns) => pair(columns, QUESTION, ANSWER, ["context", "contexto", "passage"]),
  },
  {
    name: "prompt-completion",
    looksFor: "prompt + completion or response",
    find: (columns) => pair(columns, PROMPT, ["completion", ...ANSWER], []),
  },
  { name: "preference", looksFor: "chosen (+ prompt), beside rejected", find: preference },
];

/** The chosen side: a list of turns, an answer beside its question, or a transcript of the whole. */
function preference(columns: readonly ColumnLike[]): Found {
  const column = called(columns, CHOSEN);
  if (column === undefined) return undefined;
  const isText = columns.some(({ name, type }) => name === column && type !== "json");
  const asked = isText && pair(columns, [...PROMPT, ...QUESTION, ...INSTRUCTION], CHOSEN, CONTEXT);
  return asked || turns(columns, CHOSEN, !isText);
}

function turns(columns: readonly ColumnLike[], names: readonly string[], nested = true): Found {
  const column = find(columns, names, nested);
  if (column === undefined) return undefined;
  const others = columns.filter(({ name }) => name !== column);
  const system = called(others, SYSTEM);
  return { kind: "turns", column, ...(system && { system }) };
}

function selfInstruct(columns: readonly ColumnLike[]): Found {
  const instruction = find(columns, INSTRUCTION);
  const instances = find(columns, ["instances"], true);
  return instruction && instances ? { kind: "self-instruct", instruction, instances } : undefined;
}

function pair(
  columns: readonly ColumnLike[],
  questions: readonly string[],
  answers: readonly string[],
  contexts: readonly string[],
): Found {
  const question = find(columns, questions);
  if (!question) return undefined;
  const others = (used: string[]) => columns.filter(({ name }) => !used.includes(name));
  const answer = find(others([question]), answers);
  if (!answer) return undefined;
  const context = find(others([question, answer]), contexts);
  const system = find(others([question, answer, ...(context ? [context] : [])]), SYSTEM);
  const history = called(others([question, answer]), HISTORY);
  return {
    kind: "pair",
    question,
    answer,
    ...(context && { context }),
    ...(system && { system }),
    ...(history && { history }),
  };
}

export type MappingParams = { mapping: MappingName; system: string; user: string; assistant: string };

/** The mapping for a table of these columns. */
export function mapColumns(params: MappingParams, columns: readonly ColumnLike[]): Mapped {
  if (params.mapping === "columns") return mapTemplates(params, columns);
  const tried = SNIFFERS.filter(({ name }) => params.mapping === "auto" || params.mapping === name);
  // Who names a mapping has seen the columns: lists may stand in them as text.
  const known = params.mapping === "auto" ? columns : columns.map(({ name }) => ({ name }));
  for (const { name, find } of tried) {
    const mapping = find(known);
    if (mapping) return { mapping: withTools(mapping, columns), name };
  }
  // Tables of texts, such as CSV, carry lists of turns as text, and some conversations are transcripts.
  const written = params.mapping === "auto" ? turns(columns, TURNS, false) : undefined;
  if (written) return { mapping: withTools(written, columns), name: "sharegpt" };
  return { missing: tried.map(({ looksFor }) => looksFor).join("; ") };
}

/** `{question}` stands for the column of that name. */
export const PLACEHOLDER = /\{([^{}]+)\}/g;
export const placeholders = (template: string) =>
  [...template.matchAll(PLACEHOLDER)].map((match) => match[1]!.trim());

function mapTemplates({ system, user, assistant }: MappingParams, columns: readonly ColumnLike[]): Mapped {
  const known = new Set(columns.map(({ name }) => name));
  const named = [system, user, assistant].flatMap(placeholders);
  const missing = named.filter((name) => !known.has(name));
  if (missing.length > 0) return { missing: [...new Set(missing)].join(", ") };
  return { mapping: withTools({ kind: "templates", system, user, assistant }, columns), name: "columns" };
}

function withTools(mapping: Mapping, columns: readonly ColumnLike[]): Mapping {
  const used = new Set(consumed(mapping));
  const tools = called(
    columns.filter(({ name }) => !used.has(name)),
    TOOLS,
  );
  return tools === undefined ? mapping : { ...mapping, tools };
}

/** The columns that the conversation is made of. */
export function consumed(mapping: Mapping): string[] {
  return [...wordsFrom(mapping), mapping.tools].filter((name) => name !== undefined);
}

function wordsFrom(mapping: Mapping): (string | undefined)[] {
  switch (mapping.kind) {
    case "turns":
      return [mapping.column, mapping.system];
    case "self-instruct":
      return [mapping.instruction, mapping.instances];
    case "pair":
      return [mapping.question, mapping.answer, mapping.context, mapping.system, mapping.history];
    case "templates":
      return [mapping.system, mapping.user, mapping.assistant].flatMap(placeholders);
  }
}

/** `_row`, `messages`, `tools` where there are any, then what is left of the columns. */
export function columnsAfter(mapping: Mapping, columns: readonly Column[]): Column[] {
  const made: Column[] = [
    { name: "_row", type: "string" },
    { name: "messages", type: "json" },
    ...(mapping.tools === undefined ? [] : [{ name: "tools", type: "json" } as const]),
  ];
  const gone = new Set([...consumed(mapping), ...made.map(({ name }) => name)]);
  return [...made, ...columns.filter(({ name }) => !gone.has(name))];
}
