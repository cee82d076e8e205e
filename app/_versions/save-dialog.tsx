"use client";
import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { useErrorText } from "@/app/_editor/words";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input } from "@/ui/field";

type SaveDialogProps = { save: (name: string) => Promise<void>; close: () => void };

/** Asks for the name of a version, which may stay empty. */
export function SaveDialog({ save, close }: SaveDialogProps) {
  const t = useTranslations("app");
  const errorText = useErrorText();
  const [name, setName] = useState("");
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<string>();
  const form = useId();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSaving(true);
    try {
      await save(name.trim());
      close();
    } catch (failure) {
      setError(errorText(failure as Error));
      setSaving(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={t("editor.versions.save")}
      description={t("editor.versions.saveText")}
      className="w-[min(420px,calc(100vw-32px))]"
      footer={
        <>
          <Button onClick={close}>{t("common.cancel")}</Button>
          <Button variant="primary" type="submit" form={form} disabled={saving}>
            {t("common.save")}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={(event) => void submit(event)} className="px-4 pb-4">
        <Field label={t("editor.versions.name")} htmlFor={`${form}-name`} error={error}>
          <Input
            id={`${form}-name`}
            value={name}
            maxLength={200}
            autoComplete="off"
            placeholder={t("editor.versions.nameHint")}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        </Field>
      </form>
    </Dialog>
  );
}
