"use client";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import Markdown from "react-markdown";
import { useErrorText } from "@/app/_editor/words";
import type { Chat, Message } from "@/ui/preview/chat";
import { Button, IconButton } from "../../ui/button";
import { NoteBox } from "../../ui/card";
import { cx } from "../../ui/cx";
import { Empty } from "../../ui/empty";
import { StatusMark } from "../../ui/status";
import { toast } from "../../ui/toast";

type Props = {
  chat: Chat;
  slug: string;
  /** Host of a server elsewhere that answers. */
  server: string | null | undefined;
};

export function Conversation({ chat, slug, server }: Props) {
  const t = useTranslations("app.chat");
  const end = useRef<HTMLDivElement>(null);
  const text = chat.messages.at(-1)?.text;
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls as the text grows
  useEffect(() => {
    // Braces on purpose: newer browsers return a promise here, and an effect must not.
    end.current?.scrollIntoView({ block: "end" });
  }, [text, chat.state]);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-5 py-5">
      <div
        role="log"
        aria-live="polite"
        aria-busy={chat.state !== "idle"}
        className="mx-auto flex max-w-[720px] flex-col gap-5"
      >
        {!chat.messages.length && (
          <Empty title={t("emptyTitle")} className="mt-[12vh]">
            {server ? t("emptyTextServer", { server }) : t("emptyText")}
          </Empty>
        )}
        {chat.messages.map((message, i) => (
          <Said
            key={message.id}
            message={message}
            slug={slug}
            growing={chat.state === "answering" && i === chat.messages.length - 1}
          />
        ))}
        {chat.state === "waiting" && (
          <p className="flex items-center gap-2 text-11 text-ink-3">
            <StatusMark status="running" /> {t("thinking")}
          </p>
        )}
        {chat.cut !== undefined && (
          <p className="flex items-center gap-3 text-11 text-ink-3">
            {t("cut", { limit: chat.cut })}
            <Button size="sm" onClick={() => chat.send(t("continueText"))}>
              {t("continue")}
            </Button>
          </p>
        )}
        {chat.failure && <Failed chat={chat} />}
        <div ref={end} />
      </div>
    </div>
  );
}

function Said({ message, slug, growing }: { message: Message; slug: string; growing: boolean }) {
  const t = useTranslations("app.chat");
  const copied = useTranslations("app.common");
  const mine = message.role === "user";
  const copy = () => void navigator.clipboard.writeText(message.text).then(() => toast(copied("copied")));
  return (
    <article className="group">
      <header className="mb-1 flex h-5 items-center gap-2 text-11 font-medium text-ink-3">
        {mine ? t("you") : slug}
        {!mine && !growing && (
          <IconButton
            icon="copy"
            size="sm"
            label={t("copyAnswer")}
            onClick={copy}
            className="opacity-0 group-hover:opacity-100 focus-visible:opacity-100"
          />
        )}
      </header>
      <div
        className={cx(
          "text-15 leading-relaxed",
          mine
            ? "rounded-3 border border-line bg-surface px-3.5 py-2.5 whitespace-pre-wrap"
            : "flex flex-col gap-2.5 [&_code]:rounded-1 [&_code]:bg-neutral-soft [&_code]:px-1 [&_li]:ml-5 [&_ol]:list-decimal [&_pre]:overflow-x-auto [&_pre]:rounded-2 [&_pre]:border [&_pre]:border-line [&_pre]:bg-surface [&_pre]:p-3 [&_pre]:text-13 [&_pre_code]:bg-transparent [&_pre_code]:p-0 [&_ul]:list-disc",
        )}
      >
        {mine ? message.text : <Markdown>{message.text}</Markdown>}
      </div>
    </article>
  );
}

function Failed({ chat }: { chat: Chat }) {
  const t = useTranslations("app.chat");
  const errorText = useErrorText();
  const failure = chat.failure!;
  const sentence = failure.reason ? errorText({ data: failure, message: failure.message }) : failure.message;
  return (
    <NoteBox tone="failed" mark={<StatusMark status="failed" />}>
      <span className="flex items-center gap-3">
        <span className="flex-1" role="alert">
          <b className="font-semibold text-ink">{t("failed")}.</b> {sentence}
        </span>
        <Button size="sm" icon="retry" onClick={chat.again}>
          {t("again")}
        </Button>
      </span>
    </NoteBox>
  );
}
