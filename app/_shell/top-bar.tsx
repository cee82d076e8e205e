"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Logo } from "../../ui/logo";
import { useAccess } from "./access";
import { AccountMenu, type Team } from "./account-menu";
import { Finder } from "./finder";
import { PreferencesMenu } from "./preferences-menu";

export function TopBar({ userName, teams }: { userName: string; teams: readonly Team[] }) {
  const t = useTranslations("app.nav");
  const { team } = useAccess();
  return (
    <header className="sticky top-0 z-40 col-span-full grid grid-cols-[1fr_auto_1fr] items-center gap-4 border-b border-line bg-surface px-3">
      <div className="flex min-w-0 items-center gap-2.5">
        <Link
          href="/"
          aria-label={t("home")}
          className="flex items-center gap-2 text-13 font-semibold tracking-[-0.01em]"
        >
          <Logo />
          <span aria-hidden="true">Telar</span>
        </Link>
        <span className="h-[18px] w-px flex-none bg-line-2 max-md:hidden" />
        <span className="truncate text-11 font-medium text-ink-2 max-md:hidden" title={t("team")}>
          {team.name}
        </span>
      </div>
      <Finder />
      <div className="flex items-center justify-end gap-2.5">
        <PreferencesMenu />
        <AccountMenu name={userName} teams={teams} />
      </div>
    </header>
  );
}
