"use client";
import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { useEditor, useModel, useStatus } from "@/app/_editor/context";
import { useKindText } from "@/app/_editor/kind-text";
import { useParamValue } from "@/app/_editor/words";
import type { GraphNode, JsonValue } from "@/graph/document";
import { setParam } from "@/graph/draft";
import { Icon } from "@/ui/icon";
import { type FieldModel, formModel } from "./form-model";
import { ParamField } from "./param-field";

/** A node's parameters, made from its schema: the ones people need first, the advanced ones folded. `only`: these, unfolded. */
export function ParamForm({ node, only }: { node: GraphNode; only?: readonly string[] }) {
  const { catalogue } = useEditor();
  const definition = catalogue[node.kind];
  const t = useTranslations("app.editor.form");
  const [open, setOpen] = useState(false);
  const fields = useMemo(() => (definition ? formModel(definition) : []), [definition]);
  if (!definition) return null;
  if (only) {
    const few = only.flatMap((name) => fields.find((f) => f.name === name) ?? []);
    return (
      <div className="grid grid-flow-row-dense grid-cols-2 gap-x-3 gap-y-2.5">
        {few.map((field) => (
          <Bound key={field.name} node={node} field={field} />
        ))}
      </div>
    );
  }
  const [plain, advanced] = [fields.filter((f) => !f.advanced), fields.filter((f) => f.advanced)];
  if (!fields.length) return <p className="text-11 text-ink-3">{t("noParams")}</p>;
  return (
    <div className="grid grid-flow-row-dense grid-cols-2 gap-x-3 gap-y-2.5">
      {plain.map((field) => (
        <Bound key={field.name} node={node} field={field} />
      ))}
      {advanced.length > 0 && (
        <>
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="col-span-2 -mx-1 mt-1 flex h-6 items-center gap-1.5 rounded-1 border-t border-line px-1 pt-2 font-medium text-ink-2 hover:text-ink"
          >
            <Icon name={open ? "down" : "right"} size={14} />
            {t("advanced")}
            {!open && <AdvancedHint node={node} fields={advanced} />}
          </button>
          {open && advanced.map((field) => <Bound key={field.name} node={node} field={field} />)}
        </>
      )}
    </div>
  );
}

const WIDE = new Set([
  "slider",
  "multiselect",
  "text",
  "address",
  "code",
  "path",
  "secret",
  "model",
  "column",
  "list",
  "json",
]);

/** One parameter, bound to the draft. */
function Bound({ node, field }: { node: GraphNode; field: FieldModel }) {
  const { model, readOnly } = useEditor();
  const text = useKindText(node.kind).params[field.name];
  const before = useStatus((s) => s.results[node.id]?.params?.[field.name]);
  const known = useStatus((s) => s.results[node.id]?.params !== undefined);
  const own = node.params[field.name];
  const value = own === undefined ? field.default : own;
  const changed = known && JSON.stringify(before ?? null) !== JSON.stringify(value ?? null);
  const set = (next: unknown) => {
    const plain =
      JSON.stringify(next) === JSON.stringify(field.default) ? undefined : (next as JsonValue | undefined);
    setParam(model.doc, node.id, field.name, plain);
  };
  return (
    <div className={WIDE.has(field.widget) || field.widget === "switch" ? "col-span-2 min-w-0" : "min-w-0"}>
      <ParamField
        node={node}
        field={field}
        title={text?.title ?? field.name}
        {...(text?.help ? { help: text.help } : {})}
        options={text?.options ?? {}}
        value={value}
        readOnly={readOnly}
        onChange={set}
        {...(changed ? { before: { value: before } } : {})}
      />
    </div>
  );
}

/** Folded parameters that were changed from their defaults still show. */
function AdvancedHint({ node, fields }: { node: GraphNode; fields: FieldModel[] }) {
  const text = useKindText(node.kind);
  const show = useParamValue();
  const params = useModel((m) => m.inferred.params[node.id]);
  const shown = fields
    .slice(0, 3)
    .map(
      (f) =>
        `${(text.params[f.name]?.title ?? f.name).toLowerCase()} ${show(text.params[f.name], params?.[f.name] ?? f.default)}`,
    );
  return (
    <span className="ml-auto min-w-0 truncate pl-3 text-11 font-normal text-ink-3">{shown.join(", ")}</span>
  );
}
