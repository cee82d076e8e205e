import { ACTION_GROUPS, type Action, type ActionGroup } from "./action";
import { editActions } from "./edit";
import { groupActions } from "./group";
import { layoutActions } from "./layout";
import { runActions } from "./run";
import { selectActions } from "./select";
import { viewActions } from "./view";
import { wireActions } from "./wires";

export const ACTIONS: Readonly<Record<ActionGroup, readonly Action[]>> = {
  run: runActions,
  edit: editActions,
  wires: wireActions,
  group: groupActions,
  select: selectActions,
  layout: layoutActions,
  view: viewActions,
};

const all = ACTION_GROUPS.flatMap((group) => ACTIONS[group]);
/** By the keys that a keydown brings. */
export const ACTION_OF_KEY: ReadonlyMap<string, Action> = new Map(
  all.flatMap((action) => (action.native ? [] : (action.keys ?? []).map((key) => [key, action] as const))),
);
