"use client";
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { useErrorText } from "@/app/_editor/words";
import type { Chat, Message } from "@/ui/preview/chat";
import { Button } from "../../ui/button";
import { NoteBox } from "../../ui/card";
import { Empty } from "../../ui/empty";
import { StatusMark } from "../../ui/status";
import { toast } from "../../ui/toast";
import { useTRPC } from "../trpc/provider";
import { Turn } from "./turn";
import { useVersionName } from "./use-version-name";

type Props = {
  chat: Chat;
  slug: string;
  /** Instructions that stand before the conversation. */
  system: string;
  /** Host of a server elsewhere that answers. */
  server: string | null | undefined;
};

export function Conversation({ chat, slug, system, server }: Props) {
  const t = useTranslations("app.chat");
  const nameOf = useVersionName(slug);
  const markWrong = useMarkWrong(slug, system);
  const end = useRef<HTMLDivElement>(null);
  const text = chat.messages.at(-1)?.text;
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls as the text grows
  useEffect(() => {
    // Braces on purpose: newer browsers return a promise here, and an effect must not.
    end.current?.scrollIntoView({ block: "end" });
  }, [text, chat.state]);
  const idle = chat.state === "idle";
  const last = chat.messages.length - 1;
  return (
    <div className="min-h-0 min-w-0 flex-1 overflow-y-auto px-5 py-5">
      <div
        role="log"
        aria-label={t("with", { slug })}
        aria-live="polite"
        aria-busy={!idle}
        className="mx-auto flex max-w-[720px] flex-col gap-5"
      >
        {!chat.messages.length && (
          <Empty title={t("emptyTitle")} className="mt-[12vh]">
            {server ? t("emptyTextServer", { server }) : t("emptyText")}
          </Empty>
        )}
        {chat.messages.map((message, i) => (
          <Turn
            key={message.id}
            message={message}
            name={nameOf(message.version)}
            growing={chat.state === "answering" && i === last}
            onEdit={idle && message.role === "user" ? (text) => chat.edit(message.id, text) : undefined}
            onAgain={idle && message.role === "assistant" && i === last ? chat.again : undefined}
            onWrong={
              idle && message.role === "assistant"
                ? () => markWrong(chat.messages.slice(0, i + 1))
                : undefined
            }
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

/** Keeps a conversation whose last message is an answer that was wrong. */
function useMarkWrong(slug: string, system: string): (conversation: readonly Message[]) => void {
  const t = useTranslations("app.chat");
  const trpc = useTRPC();
  const errorText = useErrorText();
  const { mutate } = useMutation(
    trpc.deployments.markWrong.mutationOptions({
      onSuccess: () => void toast(t("wrongKept")),
      onError: (error) => void toast(errorText(error)),
    }),
  );
  return (conversation) => {
    const version = conversation.at(-1)?.version;
    const turns = conversation.map(({ role, text }) => ({ role, content: text }));
    const messages = system.trim() ? [{ role: "system" as const, content: system }, ...turns] : turns;
    mutate({ slug, messages, ...(version && { version }) });
  };
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
