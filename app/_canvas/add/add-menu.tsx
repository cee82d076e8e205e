"use client";
import { Command } from "cmdk";
import { useTranslations } from "next-intl";
import { useEffect, useMemo, useRef } from "react";
import { useEditor, useView } from "@/app/_editor/context";
import { kindIcon, useKindTexts } from "@/app/_editor/kind-text";
import type { AddMenu as Menu } from "@/app/_editor/view-store";
import { Icon } from "@/ui/icon";
import { TypeGlyph } from "@/ui/type-glyph";
import { addKind } from "../edit/commands";
import { insertKind } from "../wire/splice";
import { offers } from "./offers";
import { entryOf, filterEntries, keywordsOf } from "./rank";

export function AddMenu() {
  const menu = useView((v) => v.addMenu);
  return menu ? <Open key={`${menu.at.x},${menu.at.y}`} menu={menu} /> : null;
}

/** Type to find a kind; Enter puts it where the menu was opened, wired when a wire was dropped. */
function Open({ menu }: { menu: Menu }) {
  const editor = useEditor();
  const t = useTranslations("app.editor");
  const texts = useKindTexts();
  const box = useRef<HTMLDivElement>(null);
  const close = () => editor.view.setState({ addMenu: undefined });
  useEffect(() => {
    const outside = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) editor.view.setState({ addMenu: undefined });
    };
    document.addEventListener("pointerdown", outside, true);
    return () => document.removeEventListener("pointerdown", outside, true);
  }, [editor]);
  const groups = useMemo(() => offers(editor, menu), [editor, menu]);
  const choose = (kind: string) => {
    if (menu.wire) insertKind(editor, kind, menu.wire, menu.place);
    else
      addKind(editor, kind, menu.place, {
        ...(menu.from ? { from: menu.from } : {}),
        ...(menu.to ? { to: menu.to } : {}),
      });
    close();
  };
  return (
    <div
      ref={box}
      className="addmenu appear"
      style={{
        left: Math.min(menu.at.x, window.innerWidth - 300),
        top: Math.min(menu.at.y, window.innerHeight - 380),
      }}
    >
      <Command
        label={t("palette.add")}
        loop
        filter={filterEntries}
        className="picker"
        onKeyDown={(e) => {
          e.stopPropagation();
          if (e.key === "Escape") close();
        }}
      >
        <div className="find">
          <Icon name="search" size={14} />
          <Command.Input autoFocus placeholder={menu.from ? t("palette.fits") : t("palette.add")} />
        </div>
        <Command.List>
          <Command.Empty>{t("palette.none")}</Command.Empty>
          {groups.map(({ heading, kinds }) => (
            <Command.Group
              key={heading}
              heading={heading === "fits" ? t("palette.bestFirst") : t(`category.${heading}`)}
            >
              {kinds.map((d) => (
                <Command.Item
                  key={d.kind}
                  value={d.kind}
                  keywords={keywordsOf(entryOf(d, texts(d.kind)))}
                  onSelect={() => choose(d.kind)}
                >
                  <Icon name={kindIcon(d.kind)} className="text-ink-2" />
                  <span className="min-w-0 flex-1 truncate">{texts(d.kind).title}</span>
                  <span className="flex gap-[3px]">
                    {Object.entries(d.outputs).map(
                      ([port, spec]) => !spec.secondary && <TypeGlyph key={port} type={spec.type} size={9} />,
                    )}
                  </span>
                </Command.Item>
              ))}
            </Command.Group>
          ))}
        </Command.List>
      </Command>
    </div>
  );
}
