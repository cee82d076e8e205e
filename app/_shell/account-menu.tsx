"use client";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { Avatar } from "../../ui/avatar";
import { Menu, MenuChoices, MenuItem, MenuLabel, MenuRule } from "../../ui/menu";
import { useAccess } from "./access";

export type Team = { id: string; name: string };

/** Who is signed in, in which of their teams. */
export function AccountMenu({ name, teams }: { name: string; teams: readonly Team[] }) {
  const t = useTranslations("app");
  const { team } = useAccess();
  const leave = useRef<HTMLFormElement>(null);
  const switching = useRef<HTMLFormElement>(null);
  const chosen = useRef<HTMLInputElement>(null);
  const choose = (id: string) => {
    if (id === team.id || !chosen.current) return;
    chosen.current.value = id;
    // A whole new page: nothing of the other team stays in it.
    switching.current?.requestSubmit();
  };
  return (
    <>
      <form ref={leave} action="/sign-out" method="post" hidden />
      <form ref={switching} action="/teams/choose" method="post" hidden>
        <input ref={chosen} type="hidden" name="team" />
      </form>
      <Menu
        align="end"
        className="!min-w-40"
        trigger={
          <button type="button" aria-label={t("nav.account")} className="rounded-full">
            <Avatar name={name} me />
          </button>
        }
      >
        <MenuLabel>{name}</MenuLabel>
        {teams.length > 1 && (
          <>
            <MenuRule />
            <MenuLabel>{t("nav.team")}</MenuLabel>
            <MenuChoices
              value={team.id}
              onChange={choose}
              options={teams.map(({ id, name: label }) => ({ value: id, label }))}
            />
            <MenuRule />
          </>
        )}
        <MenuItem onSelect={() => leave.current?.requestSubmit()}>{t("signIn.out")}</MenuItem>
      </Menu>
    </>
  );
}
