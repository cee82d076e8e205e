"use client";
import { useTranslations } from "next-intl";
import { Button } from "@/ui/button";
import { useExport } from "./use-export";

/** The notebook as a file for people without Telar. */
export function ExportPanel() {
  const t = useTranslations("app.editor.notebook.export");
  const { busy, save } = useExport();
  return (
    <section>
      <h3>{t("title")}</h3>
      <p className="mb-2 text-ink-2">{t("text")}</p>
      <div className="flex flex-wrap gap-1.5">
        <Button size="sm" icon="dl" disabled={busy} onClick={() => void save("html")}>
          {t("html")}
        </Button>
        <Button size="sm" icon="dl" disabled={busy} onClick={() => void save("markdown")}>
          {t("markdown")}
        </Button>
      </div>
    </section>
  );
}
