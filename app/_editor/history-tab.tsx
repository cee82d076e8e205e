"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { GraphNode } from "@/graph/document";
import { Chip } from "@/ui/chips";
import { Empty } from "@/ui/empty";
import { StatusMark, statusOfNodeRun } from "@/ui/status";
import { useFormat } from "@/ui/use-format";
import { useServerHooks } from "./server-hooks";

/** How this node went in the runs of its graph, newest first. */
export function HistoryTab({ node }: { node: GraphNode }) {
  const t = useTranslations("app.editor.history");
  const status = useTranslations("app.status");
  const format = useFormat();
  const runs = useServerHooks().useHistory(node.id);
  if (!runs) return null;
  if (!runs.length) return <Empty title={t("empty")}>{t("emptyHint")}</Empty>;
  return (
    <ol>
      {runs.map((run) => (
        <li key={run.id}>
          <Link
            href={`/runs/${run.id}`}
            className="-mx-1.5 flex min-h-8 items-center gap-2 rounded-1 px-1.5 hover:bg-hover"
          >
            <StatusMark status={statusOfNodeRun(run.status)} />
            <span className="font-medium">{t("run", { number: run.number })}</span>
            {run.smoke && <Chip tone="line">{status("smoke")}</Chip>}
            <span className="min-w-0 flex-1 truncate text-11 text-ink-3">{run.who}</span>
            <span className="text-11 text-ink-3">{format.moment(run.createdAt)}</span>
            <span className="w-16 text-right">{run.seconds === null ? "" : format.seconds(run.seconds)}</span>
          </Link>
        </li>
      ))}
    </ol>
  );
}
