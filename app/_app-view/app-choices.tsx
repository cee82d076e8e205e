"use client";
import { useTranslations } from "next-intl";
import { useEditor, useModel } from "@/app/_editor/context";
import { useKindText } from "@/app/_editor/kind-text";
import { formModel } from "@/app/_params/form-model";
import type { GraphNode } from "@/graph/document";
import { setApp } from "@/graph/draft";
import { IconButton } from "@/ui/button";
import { Popover } from "@/ui/popover";

type Part = "inputs" | "outputs";

/** Which of a node's parameters and outputs the App view shows. */
export function AppChoices({ node, title }: { node: GraphNode; title: string }) {
  const { readOnly } = useEditor();
  const t = useTranslations("app.editor.app");
  const shown = useModel((m) => isShown(m.file.app, node.id));
  if (readOnly) return null;
  return (
    <Popover
      label={t("choose", { title })}
      align="end"
      trigger={<IconButton size="sm" icon="screen" label={t("choose", { title })} pressed={shown} />}
    >
      <Choices node={node} />
    </Popover>
  );
}

const isShown = (app: Record<Part, string[]> | undefined, id: string) =>
  [...(app?.inputs ?? []), ...(app?.outputs ?? [])].some((ref) => ref.startsWith(`${id}.`));

function Choices({ node }: { node: GraphNode }) {
  const { catalogue } = useEditor();
  const t = useTranslations("app.editor.app");
  const text = useKindText(node.kind);
  const definition = catalogue[node.kind];
  if (!definition) return null;
  const fields = formModel(definition).filter((field) => field.widget !== "secret");
  return (
    <div className="flex flex-col gap-2">
      <h3 className="font-semibold">{t("chooseTitle")}</h3>
      <Group
        title={t("chooseOutputs")}
        part="outputs"
        node={node}
        names={Object.keys(definition.outputs).map((port) => [port, text.ports[port] ?? port])}
      />
      {fields.length > 0 && (
        <Group
          title={t("chooseSettings")}
          part="inputs"
          node={node}
          names={fields.map(({ name }) => [name, text.params[name]?.title ?? name])}
        />
      )}
    </div>
  );
}

type GroupProps = {
  title: string;
  part: Part;
  node: GraphNode;
  names: [name: string, title: string][];
};

function Group({ title, part, node, names }: GroupProps) {
  const { model } = useEditor();
  const chosen = useModel((m) => m.file.app?.[part]) ?? [];
  const toggle = (ref: string) =>
    setApp(model.doc, part, chosen.includes(ref) ? chosen.filter((one) => one !== ref) : [...chosen, ref]);
  return (
    <fieldset className="flex max-h-56 flex-col overflow-y-auto">
      <legend className="mb-0.5 text-11 text-ink-3">{title}</legend>
      {names.map(([name, words]) => {
        const ref = `${node.id}.${name}`;
        return (
          <label key={ref} className="flex min-h-6 items-center gap-2 rounded-1 px-1 hover:bg-hover">
            <input
              type="checkbox"
              className="accent-[var(--ink-1)]"
              checked={chosen.includes(ref)}
              onChange={() => toggle(ref)}
            />
            {words}
          </label>
        );
      })}
    </fieldset>
  );
}
