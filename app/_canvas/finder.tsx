"use client";
import { Command } from "cmdk";
import { useTranslations } from "next-intl";
import { useEditor, useView } from "@/app/_editor/context";
import { keysText } from "@/app/_editor/keys-text";
import { kindIcon, useKindTexts } from "@/app/_editor/kind-text";
import { Dialog } from "@/app/_ui/dialog";
import { Icon } from "@/app/_ui/icon";
import { Kbd } from "@/app/_ui/kbd";
import { StatusMark } from "@/app/_ui/status";
import { ACTIONS } from "./actions";
import { ACTION_GROUPS, type ActionContext, isPossible } from "./actions/action";
import { select } from "./commands";

/** Ctrl+K: every command. Ctrl+F: every node of the graph. */
export function Finder({ context }: { context: ActionContext }) {
  const { view } = useEditor();
  const t = useTranslations("app.editor.finder");
  const finder = useView((v) => v.finder);
  const close = () => view.setState({ finder: undefined });
  const title = finder === "nodes" ? t("nodes") : t("commands");
  return (
    <Dialog open={finder !== undefined} onOpenChange={(open) => !open && close()} title={title} hideTitle>
      {finder && (
        <Command label={title} loop className="finder">
          <div className="find">
            <Icon name="search" />
            <Command.Input placeholder={title} />
          </div>
          <Command.List>
            <Command.Empty>{t("none")}</Command.Empty>
            {finder === "nodes" ? (
              <Nodes context={context} close={close} />
            ) : (
              <Commands context={context} close={close} />
            )}
          </Command.List>
        </Command>
      )}
    </Dialog>
  );
}

type ListProps = { context: ActionContext; close: () => void };

function Commands({ context, close }: ListProps) {
  const t = useTranslations("app.editor");
  return ACTION_GROUPS.map((group) => (
    <Command.Group key={group} heading={t(`actionGroup.${group}`)}>
      {ACTIONS[group].map((action) => (
        <Command.Item
          key={action.name}
          value={`${t(`action.${action.name}` as "action.run")} ${action.name}`}
          disabled={!isPossible(action, context)}
          onSelect={() => {
            close();
            void action.run(context);
          }}
        >
          {action.icon ? <Icon name={action.icon} className="text-ink-3" /> : <span className="w-4" />}
          <span className="min-w-0 flex-1 truncate">{t(`action.${action.name}` as "action.run")}</span>
          {action.keys?.[0] && <Kbd>{keysText(action.keys[0])}</Kbd>}
        </Command.Item>
      ))}
    </Command.Group>
  ));
}

function Nodes({ context, close }: ListProps) {
  const { editor, flow } = context;
  const texts = useKindTexts();
  const { file } = editor.model.store.getState();
  const { nodes: states } = editor.status.getState();
  const go = (id: string) => {
    close();
    const frame = file.frames?.find((f) => f.collapsed && f.nodes.includes(id));
    editor.view.setState({ inside: frame?.id });
    select(editor, [id]);
    requestAnimationFrame(
      () => void flow.fitView({ nodes: [{ id }], padding: 0.6, maxZoom: 1, duration: 160 }),
    );
  };
  return file.nodes.map((node) => (
    <Command.Item
      key={node.id}
      value={`${node.title ?? texts(node.kind).title} ${texts(node.kind).title} ${node.id}`}
      onSelect={() => go(node.id)}
    >
      <Icon name={kindIcon(node.kind)} className="text-ink-2" />
      <span className="min-w-0 flex-1 truncate">{node.title ?? texts(node.kind).title}</span>
      <span className="text-11 text-ink-3">{node.id}</span>
      <StatusMark status={states[node.id]?.look ?? "idle"} />
    </Command.Item>
  ));
}
