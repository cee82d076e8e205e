"use client";
import "./editor.css";
import { type ReactNode, useEffect } from "react";
import { useStore } from "zustand";
import { AppView } from "@/app/_app-view/app-view";
import { isPossible } from "@/app/_canvas/actions/action";
import { keyName } from "@/app/_canvas/actions/key-name";
import { runActionOf } from "@/app/_canvas/actions/run";
import { actionOfKeys } from "@/app/_canvas/actions/use-bindings";
import { Canvas } from "@/app/_canvas/canvas";
import { Notebook } from "@/app/_notebook/notebook";
import { type EditorView, useEditor } from "./context";
import { FlawBar } from "./flaw-bar";
import { Help } from "./help";
import { Inspector } from "./inspector";
import { KindHelp } from "./kind-help";
import { OfflineBar } from "./offline-bar";
import { Palette } from "./palette";
import { RunBar } from "./run-bar";
import { StatusVoice } from "./status-voice";
import type { Sync } from "./sync";
import { TopBar } from "./top-bar";

const TYPED = "textarea, input, select, [contenteditable=true], [role=dialog], [role=menu]";

type FrameProps = {
  team: string;
  sync: Sync;
  view: EditorView;
  onView: (view: EditorView) => void;
  versions?: ReactNode;
};

export function EditorFrame({ team, sync, view, onView, versions }: FrameProps) {
  const editor = useEditor();
  const state = useStore(sync.store);
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      if (event.defaultPrevented || view === "app") return;
      const keys = keyName(event);
      const at = event.target instanceof Element ? event.target : undefined;
      // Keys without Ctrl are letters where a person types.
      if (!keys.startsWith("mod") && at?.closest(TYPED)) return;
      const action = runActionOf(actionOfKeys(keys));
      if (!action || !isPossible(action, { editor })) return;
      action.run({ editor });
      event.preventDefault();
    };
    document.addEventListener("keydown", down);
    return () => document.removeEventListener("keydown", down);
  }, [editor, view]);
  return (
    <div className="editor" data-view={view}>
      <TopBar team={team} view={view} onView={onView} sync={state} versions={versions} />
      <OfflineBar sync={state} />
      <FlawBar />
      {view === "canvas" ? (
        <>
          <Palette />
          <Canvas />
          <Inspector />
        </>
      ) : view === "notebook" ? (
        <Notebook />
      ) : (
        <AppView />
      )}
      <RunBar />
      <Help />
      <KindHelp />
      <StatusVoice />
    </div>
  );
}
