"use client";
import { Command, useCommandState } from "cmdk";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { useEditor, useView } from "@/app/_editor/context";
import { kindIcon, useKindTexts } from "@/app/_editor/kind-text";
import { Dialog } from "@/ui/dialog";
import { Icon } from "@/ui/icon";
import { Kbd } from "@/ui/kbd";
import { StatusMark } from "@/ui/status";
import { ACTIONS } from "../actions";
import { ACTION_GROUPS, type ActionContext, isPossible, wordsOf } from "../actions/action";
import { useKeysText } from "../actions/use-bindings";
import { addKind, select } from "../edit/commands";
import { freePlace } from "../move/walk";
import { WireList } from "../wire/wire-list";
import { entryOf, filterEntries, keywordsOf } from "./rank";

/** Ctrl+K: every command. Ctrl+F: every node of the graph. C: every wire of the chosen node. */
export function Finder({ context }: { context: ActionContext }) {
  const { view } = useEditor();
  const t = useTranslations("app.editor.finder");
  const finder = useView((v) => v.finder);
  const chosen = useRef<() => void>(undefined);
  const close = () => view.setState({ finder: undefined });
  // What was chosen may move the focus, so it comes once the list has given it back.
  const choose = (act: () => void) => {
    chosen.current = act;
    close();
  };
  const act = () => {
    chosen.current?.();
    chosen.current = undefined;
  };
  const title = t(finder ?? "commands");
  return (
    <Dialog
      open={finder !== undefined}
      onOpenChange={(open) => !open && close()}
      onClosed={act}
      title={title}
      hideTitle
    >
      {finder && (
        <Command label={title} loop filter={filterEntries} className="picker finder">
          <div className="find">
            <Icon name="search" />
            <Command.Input placeholder={title} />
          </div>
          <Command.List>
            <Command.Empty>{t("none")}</Command.Empty>
            {finder === "nodes" ? (
              <Nodes context={context} onChoose={choose} />
            ) : finder === "wires" ? (
              <WireList context={context} onChoose={choose} />
            ) : (
              <Commands context={context} onChoose={choose} />
            )}
          </Command.List>
        </Command>
      )}
    </Dialog>
  );
}

type ListProps = { context: ActionContext; onChoose: (act: () => void) => void };

function Commands({ context, onChoose }: ListProps) {
  const t = useTranslations("app.editor");
  const keys = useKeysText();
  const actions = ACTION_GROUPS.map((group) => (
    <Command.Group key={group} heading={t(`actionGroup.${group}`)}>
      {ACTIONS[group].map((action) => {
        const words = t(`action.${wordsOf(action, context)}` as "action.run");
        return (
          <Command.Item
            key={action.name}
            value={action.name}
            keywords={keywordsOf({ title: words, aliases: [action.name] })}
            disabled={!isPossible(action, context)}
            onSelect={() => onChoose(() => void action.run(context))}
          >
            {action.icon ? <Icon name={action.icon} className="text-ink-3" /> : <span className="w-4" />}
            <span className="min-w-0 flex-1 truncate">{words}</span>
            {keys(action.name) && <Kbd>{keys(action.name)}</Kbd>}
          </Command.Item>
        );
      })}
    </Command.Group>
  ));
  return (
    <>
      {actions}
      {!context.editor.readOnly && <Kinds context={context} onChoose={onChoose} />}
    </>
  );
}

/** Kinds of nodes to add: many, so they are offered once something is typed. */
function Kinds({ context, onChoose }: ListProps) {
  const t = useTranslations("app.editor");
  const texts = useKindTexts();
  const typed = useCommandState((state) => state.search.trim() !== "");
  if (!typed) return null;
  return (
    <Command.Group heading={t("palette.label")}>
      {Object.values(context.editor.catalogue).map((d) => (
        <Command.Item
          key={d.kind}
          value={`add ${d.kind}`}
          keywords={keywordsOf(entryOf(d, texts(d.kind)))}
          onSelect={() =>
            onChoose(() => void addKind(context.editor, d.kind, freePlace(context.editor, context.flow)))
          }
        >
          <Icon name={kindIcon(d.kind)} className="text-ink-2" />
          <span className="min-w-0 flex-1 truncate">{texts(d.kind).title}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function Nodes({ context, onChoose }: ListProps) {
  const { editor, flow } = context;
  const texts = useKindTexts();
  const { file } = editor.model.store.getState();
  const { nodes: states } = editor.status.getState();
  const go = (id: string) => {
    const frame = file.frames?.find((f) => f.collapsed && f.nodes.includes(id));
    editor.view.setState({ inside: frame?.id });
    select(editor, [id]);
    requestAnimationFrame(() => void flow.fit({ ids: [id], padding: 0.6, duration: 160 }));
  };
  return file.nodes.map((node) => (
    <Command.Item
      key={node.id}
      value={node.id}
      keywords={keywordsOf({
        title: node.title ?? texts(node.kind).title,
        aliases: [texts(node.kind).title, node.kind, node.id],
      })}
      onSelect={() => onChoose(() => go(node.id))}
    >
      <Icon name={kindIcon(node.kind)} className="text-ink-2" />
      <span className="min-w-0 flex-1 truncate">{node.title ?? texts(node.kind).title}</span>
      {node.title && node.title !== texts(node.kind).title && (
        <span className="truncate text-11 text-ink-3">{texts(node.kind).title}</span>
      )}
      <StatusMark status={states[node.id]?.look ?? "idle"} />
    </Command.Item>
  ));
}
