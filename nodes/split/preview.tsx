"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { DataTable, type PreviewProps } from "@/ui/preview";
import { Segmented } from "@/ui/segmented";

const PARTS = ["train", "validation", "test"] as const;

/** One part at a time. */
export function Preview({ outputs, narrow }: PreviewProps) {
  const t = useTranslations("nodes.split");
  const there = PARTS.filter((part) => outputs[part]);
  const [part, setPart] = useState<(typeof PARTS)[number]>("train");
  const shown = there.includes(part) ? part : there[0];
  const output = shown && outputs[shown];
  if (!output) return null;
  const label = (name: (typeof PARTS)[number]) => {
    const facts = outputs[name]?.facts;
    const word = t(`ports.${name}`);
    return facts?.type === "dataset" && facts.rows !== undefined ? `${word} ${facts.rows}` : word;
  };
  return (
    <div className="flex flex-col gap-2">
      <Segmented
        label={t("title")}
        className="self-start"
        value={shown}
        onChange={setPart}
        options={there.map((value) => ({ value, label: label(value) }))}
      />
      <DataTable key={shown} output={output} narrow={narrow} rows={3} />
    </div>
  );
}
