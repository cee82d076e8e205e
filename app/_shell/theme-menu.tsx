"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { IconButton } from "../_ui/button";
import { Menu, MenuChoices } from "../_ui/menu";
import { parseTheme, setTheme, THEME_COOKIE, THEMES, type Theme } from "../_ui/theme";

function currentTheme(): Theme {
  if (typeof document === "undefined") return "system";
  return parseTheme(new RegExp(`(?:^|; )${THEME_COOKIE}=(\\w+)`).exec(document.cookie)?.[1]);
}

export function ThemeMenu() {
  const t = useTranslations("app.nav");
  const [theme, setShown] = useState(currentTheme);
  const choose = (next: Theme) => {
    setTheme(next);
    setShown(next);
  };
  return (
    <Menu align="end" className="!min-w-40" trigger={<IconButton icon="sun" label={t("theme")} />}>
      <MenuChoices
        value={theme}
        onChange={choose}
        options={THEMES.map((value) => ({ value, label: t(value) }))}
      />
    </Menu>
  );
}
