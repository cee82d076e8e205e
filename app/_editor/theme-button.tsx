"use client";
import { useTranslations } from "next-intl";
import { IconButton } from "@/app/_ui/button";
import { setTheme } from "@/app/_ui/theme";

/** Flips between light and dark. */
export function ThemeButton() {
  const t = useTranslations("app.editor.top");
  return (
    <IconButton
      icon="sun"
      label={t("theme")}
      onClick={() => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark")}
    />
  );
}
