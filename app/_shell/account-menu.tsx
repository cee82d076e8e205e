"use client";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { Avatar } from "../../ui/avatar";
import { Menu, MenuItem, MenuLabel } from "../../ui/menu";

export function AccountMenu({ name }: { name: string }) {
  const t = useTranslations("app");
  const form = useRef<HTMLFormElement>(null);
  return (
    <>
      <form ref={form} action="/sign-out" method="post" hidden />
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
        <MenuItem onSelect={() => form.current?.requestSubmit()}>{t("signIn.out")}</MenuItem>
      </Menu>
    </>
  );
}
