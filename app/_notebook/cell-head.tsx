"use client";
import { useTranslations } from "next-intl";
import { AppChoices } from "@/app/_app-view/app-choices";
import { isNothing } from "@/app/_canvas/draw";
import { useEditor, useMayStop, useModel, useStatus } from "@/app/_editor/context";
import { kindIcon, useKindText } from "@/app/_editor/kind-text";
import type { NodeState } from "@/app/_editor/node-state";
import { useParamValue } from "@/app/_editor/words";
import type { AnyNode } from "@/graph/define-node";
import type { GraphNode } from "@/graph/document";
import { Button, IconButton } from "@/ui/button";
import { Icon } from "@/ui/icon";
import { CellMenu } from "./cell-menu";

export type HeadProps = {
  node: GraphNode;
  definition: AnyNode | undefined;
  state: NodeState;
  form: boolean;
  folded: boolean;
  onForm: () => void;
  onFold: () => void;
};

export function CellHead({ node, definition, state, form, folded, onForm, onFold }: HeadProps) {
  const { actions, may } = useEditor();
  const mayStop = useMayStop();
  const t = useTranslations("app.editor.notebook");
  const text = useKindText(node.kind);
  const show = useParamValue();
  const params = useModel((m) => m.inferred.params[node.id]) ?? node.params;
  const used = useStatus((s) => s.results[node.id]?.params);
  const title = node.title ?? text.title;
  return (
    <div className="chead">
      <IconButton
        size="sm"
        icon={folded ? "right" : "down"}
        label={t(folded ? "unfold" : "fold", { title })}
        aria-expanded={!folded}
        className="!-mx-1 !size-5 text-ink-3"
        onClick={onFold}
      />
      <Icon name={kindIcon(node.kind)} className="text-ink-2" />
      <h4>{title}</h4>
      <div className="params">
        {(definition?.telling ?? []).map((name) => {
          if (isNothing(params[name])) return null;
          const now = show(text.params[name], params[name]);
          const before = used && name in used ? show(text.params[name], used[name]) : now;
          return (
            <span key={name}>
              {(text.params[name]?.title ?? name).toLowerCase()} {before !== now && <del>{before}</del>}{" "}
              {before === now ? <b>{now}</b> : <mark>{now}</mark>}
            </span>
          );
        })}
      </div>
      <span className="flex-1" />
      {state.look === "running" && mayStop ? (
        <Button size="sm" icon="stop" onClick={actions.cancel}>
          {t("stop")}
        </Button>
      ) : (
        may("run.start") && (
          <IconButton
            size="sm"
            icon="play"
            label={t("runToHere", { title })}
            onClick={() => actions.run({ targets: [node.id] })}
          />
        )
      )}
      <IconButton size="sm" icon="gear" label={t("settings", { title })} pressed={form} onClick={onForm} />
      <AppChoices node={node} title={title} />
      <CellMenu node={node} title={title} folded={folded} onFold={onFold} />
    </div>
  );
}
