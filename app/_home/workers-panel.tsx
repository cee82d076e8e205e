"use client";
import { useQuery } from "@tanstack/react-query";
import type { inferRouterOutputs } from "@trpc/server";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { AppRouter } from "@/server/router";
import { Bar, Cells } from "../../ui/bar";
import { Panel } from "../../ui/card";
import { Empty, Skeleton } from "../../ui/empty";
import { StatusMark } from "../../ui/status";
import { useFormat } from "../../ui/use-format";
import { useTRPC } from "../trpc/provider";

type Worker = inferRouterOutputs<AppRouter>["workers"]["list"][number];

export function WorkersPanel() {
  const t = useTranslations("app.workers");
  const trpc = useTRPC();
  // Heartbeats are no events: the list is read again at a heartbeat's pace while someone looks.
  const { data } = useQuery(trpc.workers.list.queryOptions(undefined, { refetchInterval: 10_000 }));
  const up = data?.filter((worker) => worker.up).length ?? 0;
  return (
    <Panel title={t("title")} hint={data && t("up", { up, away: data.length - up })} id="workers">
      {!data ? (
        <div className="space-y-3 p-3">
          <Skeleton className="h-3 w-1/2" />
          <Skeleton className="h-2" />
          <Skeleton className="h-2" />
        </div>
      ) : data.length ? (
        <ul className="flex flex-col gap-3 px-3 py-2.5">
          {data.map((worker) => (
            <WorkerRow key={worker.id} worker={worker} />
          ))}
        </ul>
      ) : (
        <Empty title={t("none")} className="!py-6">
          {t("noneText")}
        </Empty>
      )}
    </Panel>
  );
}

function WorkerRow({ worker }: { worker: Worker }) {
  const t = useTranslations("app.workers");
  const format = useFormat();
  const gb = (bytes: number) => format.bytes(bytes);
  const vram = worker.gpus.reduce((sum, gpu) => sum + gpu.vramBytes, 0);
  const work = [
    ...worker.work.map(({ graph, number }) => `${graph} ${number}`),
    ...(worker.others ? [t("others", { count: worker.others })] : []),
  ].join(", ");
  return (
    <li>
      <div className="flex items-center gap-2">
        <StatusMark status={worker.up ? "done" : "idle"} />
        <span className="font-semibold">{worker.name}</span>
        <span className="flex-none text-11 whitespace-nowrap text-ink-3">
          {t(worker.here ? "coresHere" : "cores", { count: worker.threads, host: worker.host })}
        </span>
        <span className="ml-auto min-w-0 truncate text-11 text-ink-2">
          {worker.up ? work || t("idle") : t("away", { time: format.moment(worker.seenAt) })}
        </span>
      </div>
      {worker.up && (
        <div className="mt-1.5 grid grid-cols-[34px_1fr_auto] items-center gap-x-2 gap-y-1.5 text-11 text-ink-2">
          {worker.gpus.length > 0 && (
            <Row name={t("vram")} value={t("of", { used: gb(worker.usedVramBytes), total: gb(vram) })}>
              <Bar label={t("vram")} value={worker.usedVramBytes} max={vram} />
            </Row>
          )}
          <Row name={t("cpu")} value={t("busy", { used: worker.usedThreads, total: worker.threads })}>
            <Cells label={t("cpu")} used={worker.usedThreads} total={worker.threads} />
          </Row>
          <Row name={t("ram")} value={t("of", { used: gb(worker.usedBytes), total: gb(worker.memoryBytes) })}>
            <Bar label={t("ram")} value={worker.usedBytes} max={worker.memoryBytes} />
          </Row>
        </div>
      )}
    </li>
  );
}

function Row({ name, value, children }: { name: string; value: string; children: ReactNode }) {
  return (
    <>
      <span className="text-ink-3">{name}</span>
      {children}
      <span className="min-w-[76px] text-right">{value}</span>
    </>
  );
}
