"use client";
import { useTranslations } from "next-intl";
import { useId } from "react";
import { Button } from "@/ui/button";
import { Input } from "@/ui/field";
import type { Chat } from "./chat";
import { usePreviewSource } from "./source";

/** Short answers: a look at the model, not a conversation. The chat page has every setting. */
const SAMPLING = { temperature: 0, topP: 1, maxTokens: 96, seed: undefined };

/** A few turns with what is served, without leaving the notebook. */
export function EndpointTry({ slug }: { slug: string }) {
  const t = useTranslations("app.preview.endpoint");
  const id = useId();
  const source = usePreviewSource();
  const chat = source.useChat(slug, "", SAMPLING);
  const mayAsk = source.useMayAsk();
  const busy = chat.state !== "idle";
  if (!mayAsk) return null;
  return (
    <section aria-label={t("tryIt")} className="flex flex-col gap-2">
      <Turns chat={chat} />
      <form
        className="flex items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          const field = event.currentTarget.elements.namedItem("text") as HTMLInputElement;
          if (busy || !field.value.trim()) return;
          chat.send(field.value.trim());
          field.value = "";
        }}
      >
        <Input
          id={id}
          name="text"
          className="flex-1"
          aria-label={t("say")}
          placeholder={t("say")}
          autoComplete="off"
        />
        <Button type="submit" icon="send" disabled={busy}>
          {busy ? t("asking") : t("ask")}
        </Button>
      </form>
    </section>
  );
}

function Turns({ chat }: { chat: Chat }) {
  const t = useTranslations("app.preview.endpoint");
  const { messages, failure } = chat;
  return (
    <div aria-live="polite" className="flex flex-col gap-1.5">
      {messages.map(({ id, role, text }) => (
        <p key={id} data-role={role} className="flex gap-2">
          <span className="w-[58px] flex-none text-11 leading-[1.7] text-ink-3">{role}</span>
          <span className="min-w-0 whitespace-pre-wrap break-words">{text}</span>
        </p>
      ))}
      {failure && <p className="text-failed">{failure.message || t("away")}</p>}
    </div>
  );
}
