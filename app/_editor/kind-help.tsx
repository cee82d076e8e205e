"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { formModel } from "@/app/_params/form-model";
import { describeWant, type PortTypeName } from "@/graph/ports";
import { Dialog } from "@/ui/dialog";
import { TypeGlyph } from "@/ui/type-glyph";
import { useEditor, useView } from "./context";
import { useKindText } from "./kind-text";

/** What a kind does, takes and gives, and what each of its settings means: out of its definition and its words. */
export function KindHelp() {
  const { view } = useEditor();
  const kind = useView((v) => v.docs);
  const close = () => view.setState({ docs: undefined });
  return kind ? <Open kind={kind} onClose={close} /> : null;
}

function Open({ kind, onClose }: { kind: string; onClose: () => void }) {
  const { catalogue } = useEditor();
  const t = useTranslations("app.editor.kindHelp");
  const text = useKindText(kind);
  const definition = catalogue[kind];
  const inputs = Object.entries(definition?.inputs ?? {});
  const outputs = Object.entries(definition?.outputs ?? {});
  const fields = definition ? formModel(definition) : [];
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={text.title} description={text.summary}>
      <div className="flex flex-col gap-4 px-4 pt-1 pb-4">
        <Link href={`/help/kinds/${kind}`} target="_blank" className="underline underline-offset-2">
          {t("more")}
        </Link>
        <Ports
          title={t("inputs")}
          none={t("noInputs")}
          ports={inputs.map(([port, { want, optional }]) => ({
            name: text.ports[port] ?? port,
            type: want.type,
            about: [describeWant(want), optional ? t("optional") : ""].filter(Boolean).join(", "),
          }))}
        />
        <Ports
          title={t("outputs")}
          ports={outputs.map(([port, { type }]) => ({ name: text.ports[port] ?? port, type, about: type }))}
        />
        {fields.length > 0 && (
          <section>
            <h3 className="mb-1 text-11 font-medium text-ink-3">{t("settings")}</h3>
            <dl className="flex flex-col gap-2">
              {fields.map(({ name }) => (
                <div key={name}>
                  <dt className="font-medium">{text.params[name]?.title ?? name}</dt>
                  {text.params[name]?.help && <dd className="text-ink-2">{text.params[name].help}</dd>}
                </div>
              ))}
            </dl>
          </section>
        )}
      </div>
    </Dialog>
  );
}

type PortsProps = {
  title: string;
  none?: string;
  ports: readonly { name: string; type: PortTypeName; about: string }[];
};

function Ports({ title, none, ports }: PortsProps) {
  if (!ports.length && !none) return null;
  return (
    <section>
      <h3 className="mb-1 text-11 font-medium text-ink-3">{title}</h3>
      {ports.length ? (
        <ul className="flex flex-col gap-0.5">
          {ports.map(({ name, type, about }) => (
            <li key={name} className="flex items-center gap-2">
              <TypeGlyph type={type} size={10} />
              <span>{name}</span>
              <span className="text-ink-3">{about}</span>
            </li>
          ))}
        </ul>
      ) : (
        <p className="text-ink-3">{none}</p>
      )}
    </section>
  );
}
