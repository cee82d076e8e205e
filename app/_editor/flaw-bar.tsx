"use client";
import { useTranslations } from "next-intl";
import { useStore } from "zustand";
import { replaceAll } from "@/graph/draft";
import { useEditor } from "./context";

/** As many as fit a line; the rest are counted. */
const SHOWN = 5;

/** A thin bar while the draft holds what cannot be read: what is left out, and the way to be rid of it. */
export function FlawBar() {
  const { model, readOnly } = useEditor();
  const flaws = useStore(model.store, (state) => state.flaws);
  const t = useTranslations("app.editor.flaws");
  if (!flaws.length) return null;
  const names = flaws.slice(0, SHOWN).map(({ part, id }) => t("part", { part, id }));
  return (
    <p className="offline" role="status">
      {t("text", { count: flaws.length, names: names.join(", "), more: flaws.length - names.length })}{" "}
      {readOnly ? null : (
        <button
          type="button"
          className="underline"
          onClick={() => replaceAll(model.doc, model.store.getState().file)}
        >
          {t("mend")}
        </button>
      )}
    </p>
  );
}
