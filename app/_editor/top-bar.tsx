"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { useKeysText } from "@/app/_canvas/actions/use-bindings";
import { PreferencesMenu } from "@/app/_shell/preferences-menu";
import { setName } from "@/graph/draft";
import { Button } from "@/ui/button";
import { Icon } from "@/ui/icon";
import { Logo } from "@/ui/logo";
import { Menu, MenuItem, MenuRule } from "@/ui/menu";
import { Segmented } from "@/ui/segmented";
import { useFormat } from "@/ui/use-format";
import {
  EDITOR_VIEWS,
  type EditorView,
  useEditor,
  useMayStop,
  useModel,
  useStatus,
  useView,
} from "./context";
import { useKindTexts } from "./kind-text";
import { isActive } from "./status-store";
import type { SyncState } from "./sync";

type TopBarProps = {
  team: string;
  view: EditorView;
  onView: (view: EditorView) => void;
  sync: SyncState;
  /** Versions of the graph. */
  versions?: ReactNode;
};

export function TopBar({ team, view, onView, sync, versions }: TopBarProps) {
  const t = useTranslations("app.editor.top");
  return (
    <header className="topbar">
      <div className="left">
        <Link href="/" aria-label={t("home")} className="flex-none rounded-1">
          <Logo />
        </Link>
        <span className="hide-md text-ink-3">{team}</span>
        <span className="hide-md text-ink-3">/</span>
        <GraphName />
        {versions}
        <Saved sync={sync} />
      </div>
      <Segmented
        label={t("view")}
        value={view}
        onChange={onView}
        options={EDITOR_VIEWS.map((value) => ({ value, label: t(value) }))}
      />
      <div className="right">
        <PreferencesMenu />
        {view !== "app" && <RunButton />}
      </div>
    </header>
  );
}

function GraphName() {
  const { model, readOnly } = useEditor();
  const t = useTranslations("app.editor.top");
  const name = useModel((m) => m.file.name);
  const [editing, setEditing] = useState(false);
  if (!editing) {
    return (
      <button
        type="button"
        disabled={readOnly}
        onClick={() => setEditing(true)}
        className="min-w-0 truncate text-13 font-semibold tracking-[-0.005em]"
        title={readOnly ? name : t("rename")}
      >
        {name}
      </button>
    );
  }
  return (
    <input
      aria-label={t("rename")}
      defaultValue={name}
      // biome-ignore lint/a11y/noAutofocus: the person just asked to type here
      autoFocus
      onFocus={(e) => e.currentTarget.select()}
      onBlur={(e) => {
        const next = e.currentTarget.value.trim();
        if (next && next !== name) setName(model.doc, next);
        setEditing(false);
      }}
      onKeyDown={(e) => {
        if (e.key === "Enter") e.currentTarget.blur();
        if (e.key === "Escape") setEditing(false);
      }}
      className="min-w-0 rounded-1 border border-ink bg-raised px-1 text-13 font-semibold outline-none"
    />
  );
}

function Saved({ sync }: { sync: SyncState }) {
  const t = useTranslations("app.editor.top");
  const format = useFormat();
  const text =
    sync.phase === "saving"
      ? t("saving")
      : sync.phase === "offline"
        ? t("notSaved")
        : sync.savedAt
          ? t("saved", { time: format.clock(sync.savedAt, false) })
          : t("savedPlain");
  return (
    <span className="hide-md text-11 whitespace-nowrap text-ink-3" role="status">
      {text}
    </span>
  );
}

function RunButton() {
  const { actions, may } = useEditor();
  const mayStop = useMayStop();
  const t = useTranslations("app.editor.run");
  const format = useFormat();
  const texts = useKindTexts();
  const keys = useKeysText();
  const plan = useStatus((s) => s.plan);
  const active = useStatus((s) => isActive(s.run));
  const selected = useView((v) => v.selected);
  const node = useModel((m) =>
    selected.length === 1 ? m.file.nodes.find((n) => n.id === selected[0]) : undefined,
  );
  const broken = useModel((m) => m.problems.some((p) => p.severity === "error"));
  const empty = useModel((m) => m.file.nodes.length === 0);
  const stale = useStatus((s) =>
    Object.entries(s.nodes)
      .flatMap(([id, state]) => (state.look === "stale" ? [id] : []))
      .join(),
  );
  const staleIds = stale ? stale.split(",") : [];
  const off = !may("run.start") || empty;
  const will = plan ? plan.counts.run + plan.counts.depends : 0;
  return (
    <span className="inline-flex">
      <Button
        variant="primary"
        icon="play"
        className="rounded-r-none"
        disabled={off}
        title={broken ? t("broken") : `${t("run")} (${keys("run") ?? ""})`}
        onClick={() => actions.run({})}
      >
        {t("run")}
      </Button>
      <Menu
        align="end"
        className="min-w-[272px]"
        trigger={
          <Button
            variant="primary"
            aria-label={t("options")}
            disabled={off}
            className="rounded-l-none border-l-[color-mix(in_srgb,var(--ink-inverse)_28%,transparent)] px-1.5"
          >
            <Icon name="down" size={14} />
          </Button>
        }
      >
        <MenuItem icon="play" keys={keys("run")} onSelect={() => actions.run({})}>
          {t("stale")}
          <br />
          <span className="text-11 text-ink-3">
            {plan ? t("staleHint", { count: will, about: format.about(plan.total.seconds) }) : t("planning")}
          </span>
        </MenuItem>
        <MenuItem
          icon="to"
          keys={keys("runHere")}
          disabled={!node}
          onSelect={() => node && actions.run({ targets: [node.id] })}
        >
          {node ? t("to", { title: node.title ?? texts(node.kind).title }) : t("toNone")}
        </MenuItem>
        <MenuItem
          icon="play"
          disabled={!node}
          onSelect={() => node && actions.run({ targets: [node.id], only: true })}
        >
          {node ? t("only", { title: node.title ?? texts(node.kind).title }) : t("onlyNone")}
          <br />
          <span className="text-11 text-ink-3">{t("onlyHint")}</span>
        </MenuItem>
        <MenuItem
          icon="retry"
          disabled={!staleIds.length}
          onSelect={() => actions.run({ targets: [...staleIds] })}
        >
          {t("allStale", { count: staleIds.length })}
        </MenuItem>
        <MenuItem icon="bolt" onSelect={() => actions.run({ smoke: true })}>
          {t("smoke")}
          <br />
          <span className="text-11 text-ink-3">{t("smokeHint")}</span>
        </MenuItem>
        <MenuRule />
        <MenuItem
          icon="stop"
          keys={keys("stop")}
          disabled={!active || !mayStop}
          onSelect={() => actions.cancel()}
        >
          {t("stop")}
        </MenuItem>
      </Menu>
    </span>
  );
}
