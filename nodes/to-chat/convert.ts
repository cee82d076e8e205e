/** A row to its messages, or why it has none. Pure. */
import type { Cell, Row, Turn } from "@/engines/table";
import { toolsOf } from "./calls";
import { type Mapping, PLACEHOLDER } from "./mapping";
import { bad, type Converted, fromTurns } from "./turns";
import { isObject, parsed, text } from "./values";

export function convertRow(mapping: Mapping, row: Row, systemPrompt: string): Converted {
  const converted = byMapping(mapping, row);
  if (converted.bad) return converted;
  const beside = mapping.tools === undefined ? null : (row[mapping.tools] ?? null);
  const tools = toolsOf(beside);
  // What is no list of tools was written for the model to read.
  const { messages } = tools === "unread" ? withSystem(converted, [text(beside)]) : converted;
  const needsPrompt = systemPrompt !== "" && messages[0]?.role !== "system";
  return {
    messages: needsPrompt ? [...systemOf(systemPrompt), ...messages] : messages,
    ...(tools !== undefined && tools !== "unread" && { tools }),
  };
}

function byMapping(mapping: Mapping, row: Row): Converted {
  switch (mapping.kind) {
    case "turns":
      return besideTurns(mapping, row);
    case "self-instruct":
      return fromInstance(mapping.instruction, mapping.instances, row);
    case "pair": {
      const context = mapping.context ? text(row[mapping.context]) : "";
      const system = mapping.system ? text(row[mapping.system]) : "";
      const question = text(row[mapping.question]);
      if (question.trim() === "") return bad("column-empty", { column: mapping.question });
      const answer = text(row[mapping.answer]);
      if (answer.trim() === "") return bad("column-empty", { column: mapping.answer });
      const history = mapping.history === undefined ? [] : fromHistory(row[mapping.history] ?? null);
      if (!history) return bad("history-unread", { column: mapping.history! });
      const [last, first] = [exchange("", join(question, context), answer), systemOf(system)];
      return { messages: [...first, ...history, ...last] };
    }
    case "templates": {
      const [system, user, assistant] = [mapping.system, mapping.user, mapping.assistant].map((template) =>
        template.replace(PLACEHOLDER, (_, name: string) => text(row[name.trim()])),
      ) as [string, string, string];
      if (user.trim() === "") return bad("question-empty");
      if (assistant.trim() === "") return bad("answer-empty");
      return { messages: exchange(system, user, assistant) };
    }
  }
}

const join = (question: string, context: string) =>
  context.trim() === "" ? question : `${question}\n\n${context}`;

const systemOf = (system: string): Turn[] =>
  system.trim() === "" ? [] : [{ role: "system", content: system }];

function besideTurns({ column, system }: Mapping & { kind: "turns" }, row: Row): Converted {
  const converted = fromTurns(row[column] ?? null, column);
  return converted.bad || system === undefined ? converted : withSystem(converted, [text(row[system])]);
}

/** What stands beside the turns goes before what they say to the system themselves. */
function withSystem({ messages }: { messages: Turn[] }, beside: readonly string[]): { messages: Turn[] } {
  const [first, ...rest] = messages;
  const own = first?.role === "system" ? first : undefined;
  const parts = [...beside, own?.content ?? ""].filter((part) => part.trim() !== "");
  if (parts.length === 0) return { messages: own ? rest : messages };
  return { messages: [{ role: "system", ...own, content: parts.join("\n\n") }, ...(own ? rest : messages)] };
}

/** Exchanges as pairs of question and answer, or as turns; undefined where they are neither. */
function fromHistory(cell: Cell): Turn[] | undefined {
  const list = parsed(cell);
  if (list === null || list === "" || (Array.isArray(list) && list.length === 0)) return [];
  if (!Array.isArray(list)) return undefined;
  const pairs = list.map((pair) => (Array.isArray(pair) && pair.length === 2 ? pair.map(text) : undefined));
  if (pairs.every((pair) => pair !== undefined))
    return pairs.flatMap(([question, answer]) => exchange("", question!, answer!));
  return fromTurns(list, "").messages;
}

const exchange = (system: string, user: string, assistant: string): Turn[] => [
  ...systemOf(system),
  { role: "user", content: user },
  { role: "assistant", content: assistant },
];

/** The first instance stands for the task. */
function fromInstance(instruction: string, instances: string, row: Row): Converted {
  const task = text(row[instruction]);
  if (task.trim() === "") return bad("column-empty", { column: instruction });
  const list = parsed(row[instances] ?? null);
  const first = Array.isArray(list) ? list[0] : undefined;
  if (!isObject(first)) return bad("no-instance", { column: instances });
  const output = text(first.output);
  if (output.trim() === "") return bad("column-empty", { column: `${instances}[0].output` });
  return { messages: exchange("", join(task, text(first.input)), output) };
}
