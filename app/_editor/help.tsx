"use client";
import { useTranslations } from "next-intl";
import { ACTIONS } from "@/app/_canvas/actions";
import { ACTION_GROUPS } from "@/app/_canvas/actions/action";
import { Dialog } from "@/app/_ui/dialog";
import { Kbd } from "@/app/_ui/kbd";
import { useEditor, useView } from "./context";
import { keysText } from "./keys-text";

/** All shortcuts, out of the table of actions. */
export function Help() {
  const { view } = useEditor();
  const open = useView((v) => v.help);
  const t = useTranslations("app.editor");
  return (
    <Dialog
      open={open}
      onOpenChange={(help) => view.setState({ help })}
      title={t("help.title")}
      className="w-[min(760px,calc(100vw-32px))]"
    >
      <div className="columns-2 gap-x-9 px-4 pt-1 pb-4">
        {ACTION_GROUPS.map((group) => {
          const bound = ACTIONS[group].filter((action) => action.keys);
          if (!bound.length) return null;
          return (
            <section key={group} className="mb-3.5 break-inside-avoid">
              <h3 className="mb-1 text-11 font-medium text-ink-3">{t(`actionGroup.${group}`)}</h3>
              <dl className="flex flex-col gap-1">
                {bound.map((action) => (
                  <div key={action.name} className="flex items-center justify-between gap-3">
                    <dt className="text-ink-2">{t(`action.${action.name}` as "action.run")}</dt>
                    <dd className="flex flex-none gap-1">
                      {action.keys?.slice(0, 2).map((keys) => (
                        <Kbd key={keys}>{keysText(keys)}</Kbd>
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
      </div>
    </Dialog>
  );
}
