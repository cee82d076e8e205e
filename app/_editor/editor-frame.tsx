"use client";
import "./editor.css";
import { type ReactNode, useEffect } from "react";
import { useStore } from "zustand";
import { AppView } from "@/app/_app/app-view";
import { Canvas } from "@/app/_canvas/canvas";
import { Notebook } from "@/app/_notebook/notebook";
import { useEditor } from "./context";
import { Help } from "./help";
import { Inspector } from "./inspector";
import { OfflineBar } from "./offline-bar";
import { Palette } from "./palette";
import { RunBar } from "./run-bar";
import { StatusVoice } from "./status-voice";
import type { Sync } from "./sync";
import { type EditorView, TopBar } from "./top-bar";

type FrameProps = {
  team: string;
  sync: Sync;
  view: EditorView;
  onView: (view: EditorView) => void;
  versions?: ReactNode;
};

export function EditorFrame({ team, sync, view, onView, versions }: FrameProps) {
  const { actions, view: store } = useEditor();
  const state = useStore(sync.store);
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      if (event.key !== "Enter" || event.defaultPrevented || view === "app") return;
      const mod = event.ctrlKey || event.metaKey;
      const chosen = store.getState().selected;
      if (mod && event.altKey) actions.cancel();
      else if (mod) actions.run({});
      else if (event.shiftKey && chosen.length && !(event.target as Element).closest?.("textarea, input"))
        actions.run({ targets: [...chosen] });
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", down);
    return () => document.removeEventListener("keydown", down);
  }, [actions, store, view]);
  return (
    <div className="editor" data-view={view}>
      <TopBar team={team} view={view} onView={onView} sync={state} versions={versions} />
      <OfflineBar sync={state} />
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
      <StatusVoice />
    </div>
  );
}
