"use client";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { statusOfRun } from "@/ui/status";
import { useEditor } from "./context";
import { useKindTexts } from "./kind-text";
import { isActive } from "./status-store";
import { createVoice } from "./voice";

const AT_MOST_EVERY_MS = 1000;
/** More changes than a person listens to are told as a number. */
const MOST_TOLD = 5;

/** Says changes of status to screen readers, politely. */
export function StatusVoice() {
  const { status, model } = useEditor();
  const t = useTranslations("app");
  const texts = useKindTexts();
  const [spoken, setSpoken] = useState("");
  useEffect(() => {
    const voice = createVoice(AT_MOST_EVERY_MS, (changes) => {
      const more = changes.length - MOST_TOLD;
      setSpoken(
        [
          ...changes.slice(0, MOST_TOLD),
          ...(more > 0 ? [t("editor.canvas.more", { count: more })] : []),
        ].join(". "),
      );
    });
    const off = status.subscribe((now, before) => {
      const { run } = now;
      if (run && run.run === before.run?.run && isActive(before.run) && !isActive(run)) {
        const title = t("editor.runbar.run", { number: run.number });
        const ending = t(`status.${statusOfRun(run.status)}`);
        voice.change(`run ${run.run}`, t("editor.canvas.node", { title, status: ending }));
      }
      if (now.nodes === before.nodes) return;
      for (const node of model.store.getState().file.nodes) {
        const look = now.nodes[node.id]?.look;
        const old = before.nodes[node.id]?.look;
        if (!look || !old || look === old || look === "queued") continue;
        const title = node.title ?? texts(node.kind).title;
        voice.change(node.id, t("editor.canvas.node", { title, status: t(`status.${look}`) }));
      }
    });
    return () => {
      off();
      voice.stop();
    };
  }, [status, model, texts, t]);
  return (
    <p className="sr-only" aria-live="polite" data-voice="">
      {spoken}
    </p>
  );
}
