"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import Markdown from "react-markdown";
import type { Message } from "@/ui/preview/chat";
import { Button, IconButton } from "../../ui/button";
import { cx } from "../../ui/cx";
import { TextArea } from "../../ui/field";
import { toast } from "../../ui/toast";

type Props = {
  message: Message;
  /** Who answers, with the version and its run where they are known. */
  name: string;
  growing: boolean;
  /** Absent while an answer is under way. */
  onEdit?: ((text: string) => void) | undefined;
  /** Of the last answer. */
  onAgain?: (() => void) | undefined;
  onWrong?: (() => void) | undefined;
};

/** One turn of a conversation, and what can be done with it. */
export function Turn({ message, name, growing, onEdit, onAgain, onWrong }: Props) {
  const t = useTranslations("app.chat");
  const copied = useTranslations("app.common");
  const [editing, setEditing] = useState(false);
  const [wrong, setWrong] = useState(false);
  const mine = message.role === "user";
  const copy = () => void navigator.clipboard.writeText(message.text).then(() => toast(copied("copied")));
  return (
    <article className="group">
      <header className="mb-1 flex h-6 items-center gap-1 text-11 font-medium text-ink-3">
        <span className="mr-1 truncate">{mine ? t("you") : name}</span>
        {!growing && !editing && (
          <span className="flex opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
            {!mine && <IconButton icon="copy" size="sm" label={t("copyAnswer")} onClick={copy} />}
            {onAgain && <IconButton icon="retry" size="sm" label={t("answerAgain")} onClick={onAgain} />}
            {mine && onEdit && (
              <IconButton icon="pencil" size="sm" label={t("edit")} onClick={() => setEditing(true)} />
            )}
            {onWrong && (
              <IconButton
                icon="warn"
                size="sm"
                label={t("wrong")}
                pressed={wrong}
                disabled={wrong}
                onClick={() => {
                  setWrong(true);
                  onWrong();
                }}
              />
            )}
          </span>
        )}
      </header>
      {editing ? (
        <Edit
          text={message.text}
          onCancel={() => setEditing(false)}
          onSend={(text) => {
            setEditing(false);
            onEdit?.(text);
          }}
        />
      ) : (
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
      )}
    </article>
  );
}

type EditProps = { text: string; onCancel: () => void; onSend: (text: string) => void };

function Edit({ text, onCancel, onSend }: EditProps) {
  const t = useTranslations("app.chat");
  const [edited, setEdited] = useState(text);
  const send = () => edited.trim() && onSend(edited.trim());
  return (
    <form
      className="flex flex-col items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <TextArea
        rows={3}
        autoFocus
        aria-label={t("edit")}
        value={edited}
        onChange={(event) => setEdited(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onCancel();
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <span className="flex gap-2">
        <Button size="sm" onClick={onCancel}>
          {t("cancelEdit")}
        </Button>
        <Button size="sm" type="submit" variant="primary" disabled={!edited.trim()}>
          {t("saveEdit")}
        </Button>
      </span>
    </form>
  );
}
