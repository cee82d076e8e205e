"use client";
import { useEditor, useView } from "./context";
import ShortcutsDialog from "./shortcuts-dialog";

export function Help() {
  const { view } = useEditor();
  const open = useView((v) => v.help);
  return <ShortcutsDialog open={open} onOpenChange={(help) => view.setState({ help })} />;
}
