"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ACTIONS, ALL_ACTIONS } from "@/app/_canvas/actions";
import { ACTION_GROUPS, type Action } from "@/app/_canvas/actions/action";
import { holderOf, keysOf } from "@/app/_canvas/actions/bindings";
import { isModifier, keyName } from "@/app/_canvas/actions/key-name";
import { bind, useBindings } from "@/app/_canvas/actions/use-bindings";
import { Button, IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Kbd } from "@/ui/kbd";
import { keysText } from "./keys-text";

type Props = { open: boolean; onOpenChange: (open: boolean) => void };

/** All actions with their keys, out of the table of actions; a person may choose other keys. */
export default function ShortcutsDialog({ open, onOpenChange }: Props) {
  const t = useTranslations("app.editor");
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("help.title")}
      focusSelf
      description={t("help.text")}
      className="w-[min(820px,calc(100vw-32px))]"
    >
      <div className="columns-2 gap-x-9 px-4 pt-1 pb-4">
        {ACTION_GROUPS.map((group) => (
          <section key={group} className="mb-3.5">
            <h3 className="mb-1 text-11 font-medium text-ink-3">{t(`actionGroup.${group}`)}</h3>
            <ul className="flex flex-col">
              {ACTIONS[group].map((action) => (
                <Row key={action.name} action={action} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

function Row({ action }: { action: Action }) {
  const t = useTranslations("app.editor");
  const chosen = useBindings();
  const [asking, setAsking] = useState(false);
  const [refused, setRefused] = useState<{ keys: string; holder: string }>();
  const word = (name: string) => t(`action.${name}` as "action.run");
  const title = word(action.name);
  const keys = keysOf(action, chosen);
  const stop = () => {
    setAsking(false);
    setRefused(undefined);
  };
  const take = (pressed: string) => {
    const holder = holderOf(ALL_ACTIONS, chosen, pressed, action.name);
    if (holder) return setRefused({ keys: pressed, holder: holder.name });
    bind(action.name, [pressed]);
    stop();
  };
  return (
    <li className="group break-inside-avoid">
      <div className="flex min-h-6 items-center gap-1.5">
        <span className="min-w-0 flex-1 truncate text-ink-2">{title}</span>
        {asking ? (
          <Button
            size="sm"
            autoFocus
            aria-label={t("help.pressFor", { title })}
            onBlur={stop}
            onKeyDown={(event) => {
              if (event.key === "Tab" || event.key === "Escape" || isModifier(event)) return;
              // The key that opened this one is still held.
              if (event.repeat) return event.preventDefault();
              event.preventDefault();
              event.stopPropagation();
              take(keyName(event.nativeEvent));
            }}
          >
            {t("help.press")}
          </Button>
        ) : (
          keys.slice(0, 2).map((one) => <Kbd key={one}>{keysText(one)}</Kbd>)
        )}
        {chosen[action.name] && !asking && (
          <IconButton
            size="sm"
            icon="undo"
            label={t("help.reset", { title })}
            onClick={() => bind(action.name, undefined)}
          />
        )}
        {action.native ? (
          <span className="w-6 flex-none" />
        ) : (
          !asking && (
            <IconButton
              size="sm"
              icon="pencil"
              label={t("help.change", { title })}
              className="opacity-0 group-hover:opacity-100 focus-visible:opacity-100"
              onClick={() => setAsking(true)}
            />
          )
        )}
      </div>
      {refused && (
        <p role="alert" className="pb-1 text-11 text-failed">
          {t("help.taken", { keys: keysText(refused.keys), holder: word(refused.holder) })}
        </p>
      )}
    </li>
  );
}
