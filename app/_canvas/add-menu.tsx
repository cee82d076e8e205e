"use client";
import { Command } from "cmdk";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { useEditor, useView } from "@/app/_editor/context";
import { kindIcon, useKindTexts } from "@/app/_editor/kind-text";
import type { AddMenu as Menu } from "@/app/_editor/view-store";
import { Icon } from "@/app/_ui/icon";
import { TypeGlyph } from "@/app/_ui/type-glyph";
import { CATEGORIES } from "@/graph/define-node";
import { addKind, fittingInput } from "./commands";

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
  const kinds = Object.values(editor.catalogue).filter(
    (d) => !menu.from || fittingInput(editor, d, "x", menu.from),
  );
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
          {CATEGORIES.map((category) => {
            const members = kinds.filter((d) => d.category === category);
            if (!members.length) return null;
            return (
              <Command.Group key={category} heading={t(`category.${category}`)}>
                {members.map((d) => (
                  <Command.Item
                    key={d.kind}
                    value={`${texts(d.kind).title} ${d.kind}`}
                    onSelect={() => {
                      addKind(editor, d.kind, menu.place, menu.from);
                      close();
                    }}
                  >
                    <Icon name={kindIcon(d.kind)} className="text-ink-2" />
                    <span className="min-w-0 flex-1 truncate">{texts(d.kind).title}</span>
                    <span className="flex gap-[3px]">
                      {Object.entries(d.outputs).map(
                        ([port, spec]) =>
                          !spec.secondary && <TypeGlyph key={port} type={spec.type} size={9} />,
                      )}
                    </span>
                  </Command.Item>
                ))}
              </Command.Group>
            );
          })}
        </Command.List>
      </Command>
    </div>
  );
}
