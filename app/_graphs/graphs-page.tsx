"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { Button } from "../../ui/button";
import { Panel } from "../../ui/card";
import { Dialog } from "../../ui/dialog";
import { Empty, Skeleton } from "../../ui/empty";
import { Input } from "../../ui/field";
import { Templates } from "../_home/first-graph";
import { useLiveLists } from "../_home/use-live-lists";
import { useMay } from "../_shell/access";
import { useTRPC } from "../trpc/provider";
import { GraphsTable } from "./graphs-table";
import { useNewGraph } from "./use-new-graph";

export function GraphsPage() {
  const t = useTranslations("app.graphs");
  const first = useTranslations("app.first");
  const trpc = useTRPC();
  useLiveLists();
  const { data } = useQuery(trpc.graphs.list.queryOptions());
  const { create, fromFile, busy } = useNewGraph();
  const [search, setSearch] = useState("");
  const mayCreate = useMay()("graph.create");
  const [choosing, setChoosing] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const shown = data?.filter((graph) => graph.name.toLowerCase().includes(search.trim().toLowerCase()));
  return (
    <div className="mx-auto max-w-[1100px]">
      <header className="mb-3 flex flex-wrap items-center gap-3">
        <h1 className="text-18 leading-tight font-semibold tracking-[-0.015em]">{t("title")}</h1>
        <span className="flex-1" />
        <Input
          icon="search"
          type="search"
          aria-label={t("search")}
          placeholder={t("search")}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          className="w-[180px]"
        />
        {mayCreate && (
          <>
            <Button icon="upload" onClick={() => input.current?.click()}>
              {t("importFile")}
            </Button>
            <Button variant="primary" icon="plus" onClick={() => setChoosing(true)}>
              {t("new")}
            </Button>
          </>
        )}
      </header>
      <input
        ref={input}
        type="file"
        accept=".json"
        hidden
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file) void fromFile(file);
          event.target.value = "";
        }}
      />
      <Panel>
        {!shown ? (
          <div className="space-y-3 p-3">
            <Skeleton className="h-3 w-2/5" />
            <Skeleton className="h-3 w-1/3" />
          </div>
        ) : shown.length ? (
          <GraphsTable graphs={shown} />
        ) : (
          <Empty
            title={t("none")}
            {...(mayCreate ? { action: <Button onClick={() => setChoosing(true)}>{t("new")}</Button> } : {})}
          >
            {t("noneText")}
          </Empty>
        )}
      </Panel>
      <Dialog
        open={choosing}
        onOpenChange={setChoosing}
        title={t("new")}
        className="!w-[min(760px,calc(100vw-32px))]"
      >
        <div className="space-y-3 px-4 pb-4">
          <Button
            icon="plus"
            disabled={busy}
            onClick={() => create({ from: "nothing", name: t("untitled") })}
          >
            {first("empty")}
          </Button>
          <h3 className="text-11 font-medium text-ink-3">{first("templates")}</h3>
          <Templates busy={busy} onChoose={(example) => create({ from: "example", example })} />
        </div>
      </Dialog>
    </div>
  );
}
