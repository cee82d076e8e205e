/** Calls and tools as OpenAI has them, and as templates read them. Pure. */
import type { Cell } from "@/engines/table";
import { isObject, parsed } from "./values";

/** Calls of a turn: a list, or one alone; undefined without any, `unread` where something else stands there. */
export function callsOf(cell: Cell): Cell[] | undefined | "unread" {
  return listed(cell, (call) => typeof call.name === "string" && "arguments" in call);
}

/** What the model may call. */
export function toolsOf(cell: Cell): Cell[] | undefined | "unread" {
  return listed(cell, (tool) => typeof tool.name === "string");
}

function listed(cell: Cell, isBare: (one: { [key: string]: Cell }) => boolean) {
  const given = parsed(cell);
  if (given === null || given === "") return undefined;
  const list = isObject(given) ? [given] : given;
  if (!Array.isArray(list)) return "unread";
  const made: Cell[] = [];
  for (const one of list) {
    if (one === null) continue;
    if (!isObject(one)) return "unread";
    const { function: inner = null } = one;
    if (isObject(inner)) made.push(one.type === undefined ? { type: "function", ...one } : one);
    else if (isBare(one)) made.push({ type: "function", function: one });
    else return "unread";
  }
  return made.length === 0 ? undefined : made;
}
