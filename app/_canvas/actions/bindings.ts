/** Which keys call which action: the table's own, or those that a person chose instead. Pure. */
import type { Action } from "./action";

/** Keys by the name of the action; only what differs from the table. */
export type Bindings = Readonly<Record<string, readonly string[]>>;

export const keysOf = (action: Pick<Action, "name" | "keys">, chosen: Bindings): readonly string[] =>
  chosen[action.name] ?? action.keys ?? [];

/** Actions by the keys that a keydown brings. What the browser itself brings as an event (copy, paste) is not among them. */
export function byKeys(actions: readonly Action[], chosen: Bindings): ReadonlyMap<string, Action> {
  return new Map(
    actions.flatMap((action) =>
      action.native ? [] : keysOf(action, chosen).map((keys) => [keys, action] as const),
    ),
  );
}

/** The other action that has these keys already. */
export const holderOf = (
  actions: readonly Action[],
  chosen: Bindings,
  keys: string,
  name: string,
): Action | undefined =>
  actions.find((action) => action.name !== name && keysOf(action, chosen).includes(keys));

/** `undefined` gives the action its own keys back. */
export function withKeys(chosen: Bindings, name: string, keys: readonly string[] | undefined): Bindings {
  const { [name]: _, ...rest } = chosen;
  return keys ? { ...rest, [name]: keys } : rest;
}

/** What was stored, as far as it is bindings of actions that are there. */
export function readBindings(text: string | null, actions: readonly Action[]): Bindings {
  let found: unknown;
  try {
    found = JSON.parse(text ?? "{}");
  } catch {
    return {};
  }
  const known = new Set(actions.flatMap((action) => (action.native ? [] : [action.name])));
  return Object.fromEntries(
    Object.entries(found ?? {}).filter(
      ([name, keys]) =>
        known.has(name) && Array.isArray(keys) && keys.every((one) => typeof one === "string"),
    ),
  );
}
