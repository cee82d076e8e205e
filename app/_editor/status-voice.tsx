"use client";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { useEditor } from "./context";
import { useKindTexts } from "./kind-text";

const AT_MOST_EVERY_MS = 1000;

/** Says changes of status to screen readers, politely and at most once a second. */
export function StatusVoice() {
  const { status, model } = useEditor();
  const t = useTranslations("app");
  const texts = useKindTexts();
  const [said, setSaid] = useState("");
  const pending = useRef(new Map<string, string>());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const speak = () => {
      timer = undefined;
      setSaid([...pending.current.values()].join(". "));
      pending.current.clear();
    };
    const off = status.subscribe((now, before) => {
      for (const node of model.store.getState().file.nodes) {
        const look = now.nodes[node.id]?.look;
        const old = before.nodes[node.id]?.look;
        if (!look || !old || look === old || look === "queued") continue;
        const title = node.title ?? texts(node.kind).title;
        pending.current.set(node.id, t("editor.canvas.node", { title, status: t(`status.${look}`) }));
      }
      if (pending.current.size) timer ??= setTimeout(speak, AT_MOST_EVERY_MS);
    });
    return () => {
      off();
      clearTimeout(timer);
    };
  }, [status, model, texts, t]);
  return (
    <p className="sr-only" aria-live="polite">
      {said}
    </p>
  );
}
