"use client";
import { Command } from "cmdk";
import { useTranslations } from "next-intl";
import { useKindTexts } from "@/app/_editor/kind-text";
import { useNames } from "@/app/_versions/change-text";
import { parsePortRef } from "@/graph/document";
import { connect, disconnect } from "@/graph/draft";
import { Icon } from "@/ui/icon";
import { TypeGlyph } from "@/ui/type-glyph";
import type { ActionContext } from "../actions/action";
import { insertAdapter } from "../edit/commands";
import { ADAPTER_LOWER, between } from "../move/walk";
import { type PossibleWire, possibleWires } from "./possible-wires";

type Props = { context: ActionContext; onChoose: (act: () => void) => void };

/** The wires that the chosen node could have and those it has: drawn and cut without a mouse. */
export function WireList({ context, onChoose }: Props) {
  const { editor, flow } = context;
  const { file, inferred } = editor.model.store.getState();
  const [id = ""] = editor.view.getState().selected;
  const t = useTranslations("app.editor.wireList");
  const texts = useKindTexts();
  const names = useNames(file);
  const { doc } = editor.model;
  const possible = possibleWires(file, id, editor.catalogue, inferred.types);
  const own = file.wires.filter((w) => [w.from, w.to].some((ref) => parsePortRef(ref).node === id));
  const wire = ({ from, to }: PossibleWire) => t("wire", { from: names.port(from), to: names.port(to) });
  const typeOf = (from: string) => {
    const { node, port } = parsePortRef(from);
    const kind = file.nodes.find((n) => n.id === node)?.kind ?? "";
    return editor.catalogue[kind]?.outputs[port]?.type ?? "dataset";
  };
  const draw = ({ from, to, adapter }: PossibleWire) =>
    adapter
      ? insertAdapter(editor, adapter, from, to, between(flow, from, to, ADAPTER_LOWER))
      : void connect(doc, from, to);
  return (
    <>
      {possible.length > 0 && (
        <Command.Group heading={t("draw")}>
          {possible.map((one) => (
            <Command.Item
              key={`${one.from} ${one.to}`}
              value={`${wire(one)} ${one.from} ${one.to}`}
              onSelect={() => onChoose(() => draw(one))}
            >
              <TypeGlyph type={typeOf(one.from)} size={10} />
              <span className="min-w-0 flex-1 truncate">{wire(one)}</span>
              {(one.adapter ?? one.replaces) && (
                <span className="min-w-0 truncate text-11 text-ink-3">
                  {one.adapter
                    ? t("through", { title: texts(one.adapter).title })
                    : t("replaces", { from: names.port(one.replaces ?? "") })}
                </span>
              )}
            </Command.Item>
          ))}
        </Command.Group>
      )}
      {own.length > 0 && (
        <Command.Group heading={t("cut")}>
          {own.map((one) => (
            <Command.Item
              key={one.to}
              value={`${t("cut")} ${wire(one)} ${one.to}`}
              onSelect={() => onChoose(() => void disconnect(doc, one.to))}
            >
              <Icon name="x" className="text-ink-3" />
              <span className="min-w-0 flex-1 truncate">{wire(one)}</span>
            </Command.Item>
          ))}
        </Command.Group>
      )}
    </>
  );
}
