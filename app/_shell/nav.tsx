"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { cx } from "../../ui/cx";
import { Icon, type IconName } from "../../ui/icon";
import { StatusMark, statusOfRun } from "../../ui/status";
import { useTRPC } from "../trpc/provider";

const RECENT = 6;

type ItemProps = {
  href: string;
  icon: IconName;
  label: string;
  count?: number | undefined;
  current: boolean;
};

function Item({ href, icon, label, count, current }: ItemProps) {
  return (
    <Link
      href={href}
      aria-current={current ? "page" : undefined}
      className={cx(
        "flex h-7 items-center gap-[9px] rounded-2 px-2 font-medium max-md:justify-center max-md:px-0",
        current ? "bg-press text-ink" : "text-ink-2 hover:bg-hover",
      )}
    >
      <Icon name={icon} className={current ? "text-ink" : "text-ink-3"} />
      <span className="max-md:sr-only">{label}</span>
      {count !== undefined && count > 0 && (
        <span className="ml-auto text-11 font-normal text-ink-2 max-md:hidden">{count}</span>
      )}
    </Link>
  );
}

const Heading = ({ children }: { children: ReactNode }) => (
  <h2 className="mx-2 mt-3 mb-0.5 text-10 font-medium text-ink-3 max-md:hidden">{children}</h2>
);

export function Nav() {
  const t = useTranslations("app.nav");
  const path = usePathname();
  const trpc = useTRPC();
  const graphs = useQuery(trpc.graphs.list.queryOptions());
  const deployments = useQuery(trpc.deployments.list.queryOptions());
  const active = useQuery(trpc.runs.active.queryOptions());
  const recent = graphs.data?.slice(0, RECENT) ?? [];
  return (
    <nav
      aria-label={t("main")}
      className="sticky top-[var(--topbar-h)] flex h-[calc(100vh-var(--topbar-h))] flex-col gap-px overflow-y-auto border-r border-line bg-surface px-2 py-2.5"
    >
      <Item
        href="/"
        icon="runs"
        label={t("runs")}
        count={active.data?.count}
        current={path === "/" || path.startsWith("/runs")}
      />
      <Item
        href="/graphs"
        icon="grid"
        label={t("graphs")}
        count={graphs.data?.length}
        current={path === "/graphs"}
      />
      <Item
        href="/deployments"
        icon="deploy"
        label={t("deployments")}
        count={deployments.data?.length}
        current={path === "/deployments" || path.startsWith("/chat")}
      />
      <Item href="/help" icon="book" label={t("help")} current={path.startsWith("/help")} />
      {recent.length > 0 && <Heading>{t("open")}</Heading>}
      {recent.map((graph) => (
        <Link
          key={graph.id}
          href={`/g/${graph.id}`}
          className="flex h-7 items-center gap-[9px] rounded-2 px-2 font-medium text-ink-2 hover:bg-hover max-md:hidden"
        >
          <StatusMark status={graph.lastRun ? statusOfRun(graph.lastRun.status) : "idle"} />
          <span className="min-w-0 truncate">{graph.name}</span>
        </Link>
      ))}
    </nav>
  );
}
