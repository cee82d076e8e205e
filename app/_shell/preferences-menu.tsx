"use client";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { LOCALE_COOKIE, LOCALE_NAMES, LOCALES, type Locale } from "@/messages/locales";
import { IconButton } from "../../ui/button";
import { setCookie } from "../../ui/cookie";
import { Menu, MenuChoices, MenuItem, MenuLabel, MenuRule } from "../../ui/menu";
import { parseTheme, setTheme, THEME_COOKIE, THEMES, type Theme } from "../../ui/theme";

/** It lists the editor's actions, which no other page needs until it is asked for. */
const ShortcutsDialog = dynamic(() => import("../_editor/shortcuts-dialog"), { ssr: false });

function currentTheme(): Theme {
  if (typeof document === "undefined") return "system";
  return parseTheme(new RegExp(`(?:^|; )${THEME_COOKIE}=(\\w+)`).exec(document.cookie)?.[1]);
}

/** How Telar looks, which language it speaks and which keys it takes, for this person in this browser. */
export function PreferencesMenu() {
  const t = useTranslations("app.nav");
  const router = useRouter();
  const [theme, setShown] = useState(currentTheme);
  const [keys, setKeys] = useState(false);
  const chooseTheme = (next: Theme) => {
    setTheme(next);
    setShown(next);
  };
  const chooseLanguage = (next: Locale) => {
    setCookie(LOCALE_COOKIE, next);
    // The server makes the words anew; what is open stays open.
    router.refresh();
  };
  return (
    <>
      <Menu align="end" className="!min-w-40" trigger={<IconButton icon="gear" label={t("preferences")} />}>
        <MenuLabel>{t("theme")}</MenuLabel>
        <MenuChoices
          value={theme}
          onChange={chooseTheme}
          options={THEMES.map((value) => ({ value, label: t(value) }))}
        />
        <MenuRule />
        <MenuLabel>{t("language")}</MenuLabel>
        <MenuChoices
          value={useLocale() as Locale}
          onChange={chooseLanguage}
          options={LOCALES.map((value) => ({
            value,
            label: <span lang={value}>{LOCALE_NAMES[value]}</span>,
          }))}
        />
        <MenuRule />
        <MenuItem icon="key" onSelect={() => setKeys(true)}>
          {t("shortcuts")}
        </MenuItem>
      </Menu>
      {keys && <ShortcutsDialog open onOpenChange={setKeys} />}
    </>
  );
}
