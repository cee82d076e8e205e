"use client";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, useRef, useState } from "react";
import type { Chat } from "@/ui/preview/chat";
import { Button } from "../../ui/button";
import { useHydrated } from "../../ui/use-hydrated";

export function Composer({ slug, chat, disabled }: { slug: string; chat: Chat; disabled: boolean }) {
  const t = useTranslations("app.chat");
  const [text, setText] = useState("");
  const area = useRef<HTMLTextAreaElement>(null);
  // A key pressed before would be lost.
  const hydrated = useHydrated();
  const busy = chat.state !== "idle";
  const send = () => {
    if (!text.trim() || busy || disabled) return;
    chat.send(text.trim());
    setText("");
    area.current?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      className="flex-none px-5 pb-5"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="mx-auto flex max-w-[720px] items-end gap-2 rounded-4 border border-line-2 bg-raised p-2 focus-within:border-ink focus-within:shadow-[0_0_0_3px_var(--select-ring)]">
        <textarea
          ref={area}
          rows={1}
          aria-label={t("message")}
          placeholder={t("placeholder", { slug })}
          value={text}
          disabled={!hydrated}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKey}
          className="field-sizing-content max-h-[30vh] min-h-[34px] flex-1 resize-none bg-transparent px-2 py-1.5 text-15 leading-[1.45] outline-none"
        />
        {busy ? (
          <Button size="lg" icon="stop" onClick={chat.stop}>
            {t("stop")}
          </Button>
        ) : (
          <Button size="lg" type="submit" variant="primary" icon="send" disabled={disabled || !text.trim()}>
            {t("send")}
          </Button>
        )}
      </div>
    </form>
  );
}
