"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { DragEvent } from "react";
import { IconButton } from "../../ui/button";
import { cx } from "../../ui/cx";
import { Menu, MenuChoices, MenuLabel } from "../../ui/menu";
import { StatusMark, statusOfRun } from "../../ui/status";
import { useFormat } from "../../ui/use-format";
import type { Queued } from "./queued";

export type QueueActions = {
  up: (() => void) | undefined;
  down: (() => void) | undefined;
  prioritise(priority: Queued["priority"]): void;
  drag(): void;
  over(event: DragEvent): void;
  drop(event: DragEvent): void;
};

type Props = {
  run: Queued;
  paused: boolean;
  /** Something is held over it, to be put before it. */
  marked: boolean;
  actions: QueueActions | undefined;
};

const PRIORITIES: Queued["priority"][] = ["HIGH", "NORMAL", "LOW"];

export function QueueRow({ run, paused, marked, actions }: Props) {
  const t = useTranslations("app.queue");
  const say = useQueueLine();
  const name = `${run.graph.name} ${run.number}`;
  return (
    <li
      draggable={actions !== undefined}
      onDragStart={actions?.drag}
      onDragOver={actions?.over}
      onDrop={actions?.drop}
      className={cx(
        "flex items-center gap-2 border-t-2 py-1 pr-1.5 pl-3",
        marked ? "border-ink" : "border-transparent",
        actions && "cursor-grab active:cursor-grabbing",
      )}
    >
      <StatusMark status={statusOfRun(run.status)} />
      <div className="min-w-0 flex-1">
        <div className="truncate">
          <Link href={`/runs/${run.id}`} className="font-medium hover:underline" draggable={false}>
            {run.graph.name} <span className="font-normal text-ink-3">{run.number}</span>
          </Link>
          {run.priority !== "NORMAL" && (
            <span className="ml-1.5 text-11 text-ink-2">{t(`priority.${run.priority}`)}</span>
          )}
        </div>
        <div className="truncate text-11 text-ink-3">{say(run, paused)}</div>
      </div>
      {actions && (
        <div className="flex flex-none">
          <IconButton
            size="sm"
            icon="down"
            className="rotate-180"
            label={t("up", { run: name })}
            disabled={!actions.up}
            onClick={actions.up}
          />
          <IconButton
            size="sm"
            icon="down"
            label={t("down", { run: name })}
            disabled={!actions.down}
            onClick={actions.down}
          />
          <Menu align="end" trigger={<IconButton size="sm" icon="more" label={t("more", { run: name })} />}>
            <MenuLabel>{t("priorityTitle")}</MenuLabel>
            <MenuChoices
              value={run.priority}
              onChange={actions.prioritise}
              options={PRIORITIES.map((value) => ({ value, label: t(`priority.${value}`) }))}
            />
          </Menu>
        </div>
      )}
    </li>
  );
}

function useQueueLine() {
  const t = useTranslations("app.queue");
  const format = useFormat();
  return ({ waits, ready, running, left, seconds }: Queued, paused: boolean): string => {
    if (paused && ready > 0) return t("linePaused", { ready, running });
    if (waits?.for === "worker") return t("lineNoWorker");
    if (waits?.for === "gpu")
      return waits.vramBytes > 0
        ? t("lineNoVram", { gpus: waits.gpus, size: format.bytes(waits.vramBytes) })
        : t("lineNoGpu", { gpus: waits.gpus });
    if (waits?.for === "engine")
      return t("lineNoEngine", { engine: waits.engine, backend: waits.backend, version: waits.version });
    if (waits?.for === "room") return t("lineRoom", { worker: waits.worker });
    const line = t("line", { ready, running, left });
    return seconds >= 1 ? `${line}, ${format.about(seconds)}` : line;
  };
}
