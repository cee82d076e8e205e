"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { inferRouterInputs } from "@trpc/server";
import { useTranslations } from "next-intl";
import { useDeferredValue, useState } from "react";
import type { AppRouter } from "@/server/router";
import { Button } from "../../ui/button";
import { Panel } from "../../ui/card";
import { Empty, Skeleton } from "../../ui/empty";
import { Input } from "../../ui/field";
import { Icon } from "../../ui/icon";
import { Menu, MenuChoices } from "../../ui/menu";
import { Segmented } from "../../ui/segmented";
import { useMay } from "../_shell/access";
import { useTRPC } from "../trpc/provider";
import { RunGraphDialog } from "./run-graph-dialog";
import { RunsTable } from "./runs-table";

type Ask = inferRouterInputs<AppRouter>["runs"]["list"];
type Filter = NonNullable<Ask["filter"]>;
type Trigger = NonNullable<Ask["trigger"]> | "any";

const TRIGGERS: Trigger[] = ["any", "manual", "cli", "api", "retry"];

export function RunsSection() {
  const t = useTranslations("app.runs");
  const triggers = useTranslations("app.trigger");
  const common = useTranslations("app.common");
  const trpc = useTRPC();
  const [filter, setFilter] = useState<Filter>("all");
  const [trigger, setTrigger] = useState<Trigger>("any");
  const [search, setSearch] = useState("");
  const [offset, setOffset] = useState(0);
  const mayStart = useMay()("run.start");
  const [picking, setPicking] = useState(false);
  const asked = useDeferredValue(search.trim());
  const { data } = useQuery(
    trpc.runs.list.queryOptions(
      {
        filter,
        offset,
        ...(trigger === "any" ? {} : { trigger }),
        ...(asked ? { search: asked } : {}),
      },
      { placeholderData: keepPreviousData },
    ),
  );
  /** Another question begins at its first page. */
  const ask = (change: () => void) => {
    change();
    setOffset(0);
  };
  const clear = () =>
    ask(() => {
      setFilter("all");
      setTrigger("any");
      setSearch("");
    });
  const label = (name: string, count: number | undefined) => (count ? `${name} ${count}` : name);
  const triggerName = (value: Trigger) => (value === "any" ? t("anyTrigger") : triggers(value));
  return (
    <section aria-labelledby="runs-title" className="min-w-0">
      <header className="mb-3 flex flex-wrap items-center gap-3">
        <h1 id="runs-title" className="text-18 leading-tight font-semibold tracking-[-0.015em]">
          {t("title")}
        </h1>
        {data && <span className="text-ink-3">{t("summary", { count: data.lastWeek })}</span>}
        <span className="flex-1" />
        {mayStart && (
          <Button variant="primary" icon="play" onClick={() => setPicking(true)}>
            {t("runGraph")}
          </Button>
        )}
      </header>
      <div className="mb-2.5 flex flex-wrap items-center gap-2">
        <Segmented
          label={t("filter")}
          value={filter}
          onChange={(next) => ask(() => setFilter(next))}
          options={[
            { value: "all", label: t("filterAll") },
            { value: "running", label: label(t("filterRunning"), data?.counts.running) },
            { value: "queued", label: label(t("filterQueued"), data?.counts.queued) },
            { value: "failed", label: label(t("filterFailed"), data?.counts.failed) },
          ]}
        />
        <Menu
          trigger={
            <Button aria-label={`${t("triggerFilter")}: ${triggerName(trigger)}`}>
              {triggerName(trigger)}
              <Icon name="down" size={14} />
            </Button>
          }
        >
          <MenuChoices
            value={trigger}
            onChange={(next) => ask(() => setTrigger(next))}
            options={TRIGGERS.map((value) => ({ value, label: triggerName(value) }))}
          />
        </Menu>
        <span className="flex-1" />
        <Input
          icon="search"
          type="search"
          aria-label={t("search")}
          placeholder={t("search")}
          value={search}
          onChange={(event) => ask(() => setSearch(event.target.value))}
          className="w-[180px]"
        />
      </div>
      <Panel className="overflow-x-auto">
        {!data ? (
          <Loading />
        ) : data.runs.length ? (
          <RunsTable runs={data.runs} />
        ) : (
          <Empty title={t("noMatch")} action={<Button onClick={clear}>{t("clear")}</Button>}>
            {t("noMatchText")}
          </Empty>
        )}
      </Panel>
      {data && data.total > 0 && (
        <footer className="mt-3 flex items-center gap-2 text-11 text-ink-3">
          <span className="flex-1">{t("shown", { shown: data.runs.length, total: data.total })}</span>
          {offset > 0 && (
            <Button variant="ghost" size="sm" onClick={() => setOffset(Math.max(0, offset - PAGE))}>
              {common("newer")}
            </Button>
          )}
          {offset + data.runs.length < data.total && (
            <Button variant="ghost" size="sm" onClick={() => setOffset(offset + data.runs.length)}>
              {common("older")}
            </Button>
          )}
        </footer>
      )}
      <RunGraphDialog open={picking} onOpenChange={setPicking} />
    </section>
  );
}

const PAGE = 25;

function Loading() {
  return (
    <div aria-hidden="true">
      {Array.from({ length: 8 }, (_, i) => i).map((i) => (
        <div key={i} className="flex h-[50px] items-center gap-4 border-b border-line px-2.5 last:border-b-0">
          <Skeleton className="size-3.5 rounded-full" />
          <Skeleton className="h-3 w-2/5" />
          <Skeleton className="ml-auto h-3 w-16" />
        </div>
      ))}
    </div>
  );
}
