"use client";
import { useTranslations } from "next-intl";
import { useKeysText } from "@/app/_canvas/actions/use-bindings";
import { duplicate, remove, toggleFrozen, toggleState } from "@/app/_canvas/edit";
import { useEditor } from "@/app/_editor/context";
import type { GraphNode } from "@/graph/document";
import { IconButton } from "@/ui/button";
import { Menu, MenuItem, MenuRule } from "@/ui/menu";
import { useCells } from "./cells-context";
import { addNote } from "./note-commands";

type CellMenuProps = { node: GraphNode; title: string; folded: boolean; onFold: () => void };

/** Everything that can be done with a cell besides running it. */
export function CellMenu({ node, title, folded, onFold }: CellMenuProps) {
  const editor = useEditor();
  const { order } = useCells();
  const t = useTranslations("app.editor.notebook");
  const keys = useKeysText();
  const tools = useTranslations("app.editor.tools");
  /** The commands act on the selection. */
  const select = () => editor.view.setState({ selected: [node.id], wires: [] });
  const act = (command: () => void) => () => {
    select();
    command();
  };
  const below = order.slice(order.indexOf(node.id));
  return (
    <Menu align="end" trigger={<IconButton icon="more" size="sm" label={t("moreOf", { title })} />}>
      {editor.may("run.start") && (
        <>
          <MenuItem
            icon="play"
            keys={keys("runHere")}
            onSelect={() => editor.actions.run({ targets: [node.id] })}
          >
            {t("runCell")}
          </MenuItem>
          <MenuItem icon="play" onSelect={() => editor.actions.run({ targets: below })}>
            {t("runBelow")}
          </MenuItem>
          <MenuRule />
        </>
      )}
      <MenuItem icon={folded ? "down" : "right"} keys={keys("collapse")} onSelect={onFold}>
        {t(folded ? "unfoldPlain" : "foldPlain")}
      </MenuItem>
      {!editor.readOnly && (
        <>
          <MenuItem icon="note" onSelect={() => addNote(editor, node.id)}>
            {t("note.addBelow")}
          </MenuItem>
          <MenuRule />
          <MenuItem icon="snow" onSelect={act(() => toggleFrozen(editor))}>
            {node.state === "frozen" ? tools("thaw") : tools("freeze")}
          </MenuItem>
          <MenuItem icon="eye" onSelect={act(() => toggleState(editor, "muted"))}>
            {node.state === "muted" ? tools("unmute") : tools("mute")}
          </MenuItem>
          <MenuItem icon="swap" onSelect={act(() => toggleState(editor, "bypassed"))}>
            {node.state === "bypassed" ? tools("unbypass") : tools("bypass")}
          </MenuItem>
          <MenuItem icon="copy" onSelect={act(() => duplicate(editor))}>
            {tools("duplicate")}
          </MenuItem>
          <MenuItem icon="trash" danger onSelect={act(() => remove(editor))}>
            {tools("delete")}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
