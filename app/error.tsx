"use client";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { Empty } from "../ui/empty";

export default function Broken({ reset }: { error: Error; reset: () => void }) {
  const t = useTranslations("app.broken");
  return (
    <main className="pt-[22vh]">
      <Empty title={t("title")} action={<Button onClick={reset}>{t("action")}</Button>}>
        {t("text")}
      </Empty>
    </main>
  );
}
