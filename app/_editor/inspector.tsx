"use client";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { AppChoices } from "@/app/_app-view/app-choices";
import { useKeysText } from "@/app/_canvas/actions/use-bindings";
import { duplicate, remove, toggleFrozen, toggleState } from "@/app/_canvas/edit";
import { leaveFields } from "@/app/_canvas/move";
import { ParamForm } from "@/app/_params/param-form";
import type { GraphNode } from "@/graph/document";
import { chosenFrame } from "@/graph/frames";
import { Button, IconButton } from "@/ui/button";
import { Chip } from "@/ui/chips";
import { Icon } from "@/ui/icon";
import { Menu, MenuItem, MenuRule } from "@/ui/menu";
import { StatusMark } from "@/ui/status";
import { TabPanel, Tabs } from "@/ui/tabs";
import { useFormat } from "@/ui/use-format";
import { useEditor, useModel, useNodeState, useView } from "./context";
import { FramePanel } from "./frame-panel";
import { GraphPanel } from "./graph-panel";
import { HistoryTab } from "./history-tab";
import { kindIcon, useKindText } from "./kind-text";
import { LogTab } from "./log-tab";
import { shareDone } from "./node-state";
import { OutputTab } from "./output-tab";
import { INSPECTOR_TABS } from "./view-store";
import { WhyBox } from "./why-box";

/** The right side: the chosen node's settings, output, log and history; the whole graph when none is chosen. */
export function Inspector() {
  const t = useTranslations("app.editor.inspector");
  const selected = useView((v) => v.selected);
  const node = useModel((m) =>
    selected.length === 1 ? m.file.nodes.find((n) => n.id === selected[0]) : undefined,
  );
  const frame = useModel((m) => chosenFrame(m.file.frames, selected));
  return (
    <aside
      className="inspector"
      aria-label={t("label")}
      data-empty={!(node || frame) || undefined}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        leaveFields(node?.id);
      }}
    >
      {node ? (
        <NodePanel key={node.id} node={node} />
      ) : frame ? (
        <FramePanel key={frame.id} frame={frame} />
      ) : selected.length > 1 ? (
        <ManyPanel count={selected.length} />
      ) : (
        <GraphPanel />
      )}
    </aside>
  );
}

function NodePanel({ node }: { node: GraphNode }) {
  const { view } = useEditor();
  const t = useTranslations("app.editor.inspector");
  const tab = useView((v) => v.tab);
  const panels: Record<(typeof INSPECTOR_TABS)[number], ReactNode> = {
    settings: (
      <>
        <WhyBox node={node} />
        <ParamForm node={node} />
      </>
    ),
    output: <OutputTab node={node} />,
    log: <LogTab node={node} />,
    history: <HistoryTab node={node} />,
  };
  return (
    <>
      <Head node={node} />
      <Tabs
        label={t("tabs")}
        value={tab}
        onChange={(next) => view.setState({ tab: next })}
        tabs={INSPECTOR_TABS.map((value) => ({ value, label: t(value) }))}
        className="mt-2 flex-1"
      >
        <TabPanel value={tab} className="scroll" key={tab}>
          {panels[tab]}
        </TabPanel>
      </Tabs>
    </>
  );
}

function Head({ node }: { node: GraphNode }) {
  const editor = useEditor();
  const t = useTranslations("app.editor.tools");
  const text = useKindText(node.kind);
  const keys = useKeysText();
  const close = () => editor.view.setState({ selected: [] });
  return (
    <div className="flex items-center gap-2 px-3.5 pt-3">
      <Icon name={kindIcon(node.kind)} className="text-ink-2" />
      <h2 className="min-w-0 truncate text-15 font-semibold tracking-[-0.01em]">
        {node.title ?? text.title}
      </h2>
      <StateChip id={node.id} />
      <span className="flex-1" />
      <AppChoices node={node} title={node.title ?? text.title} />
      <Menu align="end" trigger={<IconButton icon="more" size="sm" label={t("more")} />}>
        <MenuItem
          icon="play"
          keys={keys("runHere")}
          disabled={!editor.may("run.start")}
          onSelect={() => editor.actions.run({ targets: [node.id] })}
        >
          {t("runToHere")}
        </MenuItem>
        <MenuItem
          icon="play"
          disabled={!editor.may("run.start")}
          onSelect={() => editor.actions.run({ targets: [node.id], only: true })}
        >
          {t("runOnly")}
        </MenuItem>
        {!editor.readOnly && (
          <>
            <MenuItem
              icon="pencil"
              keys={keys("rename")}
              onSelect={() => editor.view.setState({ renaming: node.id })}
            >
              {t("rename")}
            </MenuItem>
            <MenuItem icon="copy" keys={keys("duplicate")} onSelect={() => duplicate(editor)}>
              {t("duplicate")}
            </MenuItem>
            <MenuRule />
            <MenuItem icon="snow" keys={keys("freeze")} onSelect={() => toggleFrozen(editor)}>
              {node.state === "frozen" ? t("thaw") : t("freeze")}
            </MenuItem>
            <MenuItem icon="eye" keys={keys("mute")} onSelect={() => toggleState(editor, "muted")}>
              {node.state === "muted" ? t("unmute") : t("mute")}
            </MenuItem>
            <MenuItem icon="swap" keys={keys("bypass")} onSelect={() => toggleState(editor, "bypassed")}>
              {node.state === "bypassed" ? t("unbypass") : t("bypass")}
            </MenuItem>
            <MenuRule />
            <MenuItem icon="trash" keys={keys("delete")} danger onSelect={() => remove(editor)}>
              {t("delete")}
            </MenuItem>
          </>
        )}
      </Menu>
      <IconButton icon="x" size="sm" label={t("close")} className="md:hidden" onClick={close} />
    </div>
  );
}

const TONES = { failed: "failed", invalid: "failed", stale: "stale", frozen: "frozen" } as const;

function StateChip({ id }: { id: string }) {
  const state = useNodeState(id);
  const t = useTranslations("app.editor.inspector");
  const word = useTranslations("app.status");
  const format = useFormat();
  if (!state) return null;
  const share = shareDone(state.progress);
  const status = state.look === "running" && share !== undefined ? format.percent(share) : word(state.look);
  return (
    <Chip tone={TONES[state.look as keyof typeof TONES] ?? "neutral"}>
      <StatusMark status={state.look} share={share} size={12} />
      {state.run !== undefined && state.look !== "idle" ? t("runStatus", { run: state.run, status }) : status}
    </Chip>
  );
}

function ManyPanel({ count }: { count: number }) {
  const editor = useEditor();
  const t = useTranslations("app.editor");
  return (
    <div className="scroll">
      <h2 className="text-15 font-semibold">{t("inspector.many", { count })}</h2>
      <div className="flex flex-wrap gap-1.5">
        <Button
          size="sm"
          icon="play"
          disabled={!editor.may("run.start")}
          onClick={() => editor.actions.run({ targets: [...editor.view.getState().selected] })}
        >
          {t("tools.runToHere")}
        </Button>
        {!editor.readOnly && (
          <>
            <Button size="sm" icon="copy" onClick={() => duplicate(editor)}>
              {t("tools.duplicate")}
            </Button>
            <Button size="sm" icon="trash" variant="danger" onClick={() => remove(editor)}>
              {t("tools.delete")}
            </Button>
          </>
        )}
      </div>
    </div>
  );
}
