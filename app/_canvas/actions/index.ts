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

export const ALL_ACTIONS: readonly Action[] = ACTION_GROUPS.flatMap((group) => ACTIONS[group]);
export const ACTION_OF_NAME: ReadonlyMap<string, Action> = new Map(
  ALL_ACTIONS.map((action) => [action.name, action]),
);
