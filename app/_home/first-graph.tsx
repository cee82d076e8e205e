"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type DragEvent, useRef, useState } from "react";
import { kindIcon } from "@/app/_editor/kind-text";
import { Button } from "../../ui/button";
import { cx } from "../../ui/cx";
import { Icon } from "../../ui/icon";
import { useNewGraph } from "../_graphs/use-new-graph";
import { useTRPC } from "../trpc/provider";

/** The first run ever: drop data, or take a template. */
export function FirstGraph() {
  const t = useTranslations("app.first");
  const graphs = useTranslations("app.graphs");
  const { create, fromFile, busy } = useNewGraph();
  return (
    <section aria-labelledby="first-title" className="min-w-0">
      <h1 id="first-title" className="text-24 leading-tight font-semibold tracking-[-0.02em]">
        {t("title")}
      </h1>
      <p className="mt-1.5 mb-4 max-w-[62ch] text-15 leading-relaxed text-ink-2">{t("text")}</p>
      <DropZone onFile={fromFile} busy={busy} />
      <h2 className="mt-7 mb-2.5 text-15 font-semibold tracking-[-0.01em]">{t("templates")}</h2>
      <Templates onChoose={(example) => create({ from: "example", example })} busy={busy} />
      <div className="mt-4">
        <Button
          variant="ghost"
          icon="plus"
          disabled={busy}
          onClick={() => create({ from: "nothing", name: graphs("untitled") })}
        >
          {t("empty")}
        </Button>
      </div>
    </section>
  );
}

function DropZone({ onFile, busy }: { onFile: (file: File) => Promise<void>; busy: boolean }) {
  const t = useTranslations("app.first");
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [reading, setReading] = useState<string>();
  const take = async (file: File | undefined) => {
    if (!file) return;
    setReading(file.name);
    await onFile(file).finally(() => setReading(undefined));
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an addition; the button inside does the same
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
      className={cx(
        "flex min-h-44 flex-col items-center justify-center gap-2.5 rounded-4 border border-dashed px-6 py-8 text-center",
        over ? "border-ink bg-hover" : "border-line-3 bg-surface",
      )}
    >
      <Icon name="data" size={24} className="text-dataset" />
      <p className="text-13 font-medium" aria-live="polite">
        {reading ? t("reading", { name: reading }) : over ? t("dropping") : t("drop")}
      </p>
      <Button
        variant="primary"
        disabled={busy || reading !== undefined}
        onClick={() => input.current?.click()}
      >
        {t("choose")}
      </Button>
      <p className="text-11 text-ink-3">{t("kinds")}</p>
      <input
        ref={input}
        type="file"
        hidden
        onChange={(event) => {
          void take(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
    </div>
  );
}

export function Templates({ onChoose, busy }: { onChoose: (example: string) => void; busy: boolean }) {
  const t = useTranslations("app.first");
  const trpc = useTRPC();
  const { data } = useQuery(trpc.examples.list.queryOptions());
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(260px,1fr))] gap-2.5">
      {data?.map((example) => (
        <li key={example.id}>
          <button
            type="button"
            disabled={busy}
            onClick={() => onChoose(example.id)}
            className="flex h-full w-full flex-col gap-1.5 rounded-3 border border-line-2 bg-raised p-3 text-left hover:border-ink"
          >
            <span className="font-semibold">{example.name}</span>
            {example.summary && (
              <span className="line-clamp-2 text-11 leading-snug text-ink-2">{example.summary}</span>
            )}
            <span className="mt-auto flex items-center gap-1.5 pt-1 text-ink-3">
              {[...new Set(example.kinds)].slice(0, 8).map((kind) => (
                <Icon key={kind} name={kindIcon(kind)} size={14} />
              ))}
              <span className="ml-auto text-11">{t("nodes", { count: example.kinds.length })}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
