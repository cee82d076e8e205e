"use client";
import { useTranslations } from "next-intl";
import { Fragment, useEffect, useState } from "react";
import { useEditor } from "@/app/_editor/context";
import { MenuAt, MenuItem, MenuRule } from "@/ui/menu";
import { ACTION_OF_NAME } from "../actions";
import { type ActionContext, isPossible, wordsOf } from "../actions/action";
import { useKeysText } from "../actions/use-bindings";

type Spot = "node" | "wire" | "stage";
type Open = { spot: Spot; at: { x: number; y: number } };

/** Names in the table of actions; a list is a group. */
const OFFERED: Record<Spot, readonly (readonly string[])[]> = {
  node: [
    ["runHere", "runOnly"],
    ["output", "settings", "docs", "rename"],
    ["freeze", "mute", "bypass"],
    ["connect", "duplicate", "copy", "cut"],
    ["frame", "subgraph", "collapse", "dissolve", "enter", "pin"],
    ["heal", "delete"],
  ],
  wire: [["insert", "straighten"], ["delete"]],
  stage: [
    ["add", "note", "paste", "pasteWired"],
    ["run", "runStale"],
    ["all", "find", "tidy", "fit"],
    ["commands", "shortcuts"],
  ],
};

/** The right button, or the menu key: what can be done to what is under it, out of the table of actions. */
export function ContextMenu({ context }: { context: ActionContext }) {
  const editor = useEditor();
  const t = useTranslations("app.editor");
  const keys = useKeysText();
  const [open, setOpen] = useState<Open>();
  useEffect(() => {
    const ask = (event: MouseEvent) => {
      const target = event.target instanceof Element ? event.target : undefined;
      const found = target?.closest(".canvas") && spotOf(target);
      if (!found || target?.closest(FIELDS)) return;
      event.preventDefault();
      const { spot, id } = found;
      const { selected } = editor.view.getState();
      if (spot === "node" && id && !selected.includes(id))
        editor.view.setState({ selected: [id], wires: [] });
      if (spot === "wire" && id) editor.view.setState({ selected: [], wires: [id] });
      editor.view.setState({ peek: undefined });
      setOpen({ spot, at: { x: event.clientX, y: event.clientY } });
    };
    document.addEventListener("contextmenu", ask);
    return () => document.removeEventListener("contextmenu", ask);
  }, [editor]);
  if (!open) return null;
  const groups = OFFERED[open.spot]
    .map((names) =>
      names.flatMap((name) => {
        const action = ACTION_OF_NAME.get(name);
        return action && isPossible(action, context) ? [action] : [];
      }),
    )
    .filter((group) => group.length > 0);
  return (
    <MenuAt at={open.at} label={t("contextMenu")} onClose={() => setOpen(undefined)}>
      {(choose) =>
        groups.map((group, k) => (
          <Fragment key={group[0]?.name}>
            {k > 0 && <MenuRule />}
            {group.map((action) => (
              <MenuItem
                key={action.name}
                {...(action.icon ? { icon: action.icon } : {})}
                keys={keys(action.name)}
                danger={action.name === "delete"}
                onSelect={() => choose(() => void action.run({ ...context, at: open.at }))}
              >
                {t(`action.${wordsOf(action, context)}` as "action.run")}
              </MenuItem>
            ))}
          </Fragment>
        ))
      }
    </MenuAt>
  );
}

/** There the browser's own menu is wanted. */
const FIELDS = "input, textarea, [contenteditable=true], .peek, .docks, .compare, .addmenu";

function spotOf(target: Element): { spot: Spot; id?: string | undefined } {
  const node = target.closest<HTMLElement>(".react-flow__node");
  const frame = node?.classList.contains("react-flow__node-frame");
  if (node && !frame) return { spot: "node", id: node.dataset.id };
  const wire = target.closest<HTMLElement>(".react-flow__edge");
  return wire ? { spot: "wire", id: wire.dataset.id } : { spot: "stage" };
}
