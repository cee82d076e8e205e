"use client";
import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Dialog } from "../../ui/dialog";
import { Icon } from "../../ui/icon";
import { Kbd } from "../../ui/kbd";
import { StatusMark, statusOfRun } from "../../ui/status";
import { useTRPC } from "../trpc/provider";

const ITEM = "flex h-8 items-center gap-2.5 rounded-[5px] px-2 data-[selected=true]:bg-press";
const GROUP =
  "[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-10 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-ink-3";

/** Ctrl+K on list pages: go to a graph or a run by name. */
export function Finder() {
  const t = useTranslations("app");
  const router = useRouter();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (
        event.key.toLowerCase() !== "k" ||
        !(event.ctrlKey || event.metaKey) ||
        event.shiftKey ||
        event.altKey
      )
        return;
      event.preventDefault();
      setOpen((was) => !was);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  const go = (href: string) => {
    setOpen(false);
    router.push(href);
  };
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="flex h-7 w-[min(340px,34vw)] items-center gap-1.5 rounded-2 border border-line-2 bg-app px-2 text-ink-3 hover:text-ink"
      >
        <Icon name="search" size={14} />
        <span className="min-w-0 flex-1 truncate text-left">{t("nav.find")}</span>
        <Kbd>Ctrl K</Kbd>
      </button>
      <Dialog open={open} onOpenChange={setOpen} title={t("nav.find")} hideTitle>
        <Command label={t("nav.find")} loop>
          <div className="flex items-center gap-2 border-b border-line px-3">
            <Icon name="search" className="text-ink-3" />
            <Command.Input
              placeholder={t("nav.find")}
              className="h-11 w-full bg-transparent text-13 outline-none"
            />
          </div>
          <Found go={go} />
        </Command>
      </Dialog>
    </>
  );
}

function Found({ go }: { go: (href: string) => void }) {
  const t = useTranslations("app");
  const trpc = useTRPC();
  const graphs = useQuery(trpc.graphs.list.queryOptions());
  const runs = useQuery(trpc.runs.list.queryOptions({}));
  return (
    <Command.List className="max-h-[50vh] overflow-y-auto p-1.5">
      <Command.Empty className="px-3 py-8 text-center text-ink-3">{t("runs.pickNone")}</Command.Empty>
      <Command.Group heading={t("nav.graphs")} className={GROUP}>
        {graphs.data?.map((graph) => (
          <Command.Item
            key={graph.id}
            value={`${graph.name} ${graph.id}`}
            onSelect={() => go(`/g/${graph.id}`)}
            className={ITEM}
          >
            <Icon name="grid" className="text-ink-3" />
            <span className="min-w-0 truncate">{graph.name}</span>
          </Command.Item>
        ))}
      </Command.Group>
      <Command.Group heading={t("nav.runs")} className={GROUP}>
        {runs.data?.runs.map((run) => (
          <Command.Item
            key={run.id}
            value={`${run.graph.name} ${run.number} ${run.id}`}
            onSelect={() => go(`/runs/${run.id}`)}
            className={ITEM}
          >
            <StatusMark status={statusOfRun(run.status)} />
            <span className="min-w-0 truncate">{run.graph.name}</span>
            <span className="text-ink-3">{run.number}</span>
          </Command.Item>
        ))}
      </Command.Group>
    </Command.List>
  );
}
