"use client";
import { useTranslations } from "next-intl";
import { useEditor, useModel, useView } from "@/app/_editor/context";
import { Button } from "@/ui/button";
import { Kbd } from "@/ui/kbd";

/** Which subgraph one looks into, and the way out. */
export function Inside() {
  const { view } = useEditor();
  const t = useTranslations("app.editor.frame");
  const inside = useView((v) => v.inside);
  const title = useModel((m) => m.file.frames?.find((f) => f.id === inside)?.title);
  if (!inside || title === undefined) return null;
  return (
    <div className="inside">
      <Button
        size="sm"
        variant="ghost"
        icon="left"
        onClick={() => view.setState({ inside: undefined, selected: [inside] })}
      >
        {t("leave")}
      </Button>
      <span>{title}</span>
      <Kbd>Esc</Kbd>
    </div>
  );
}
