"use client";
import { useMutation, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useErrorText, useFailureText } from "@/app/_editor/words";
import { Button, IconButton } from "../../ui/button";
import { Panel } from "../../ui/card";
import { Empty, Skeleton } from "../../ui/empty";
import { Icon } from "../../ui/icon";
import { Table, Td, Th } from "../../ui/table";
import { toast } from "../../ui/toast";
import { useFormat } from "../../ui/use-format";
import { useMay } from "../_shell/access";
import { useTRPC } from "../trpc/provider";
import { type Deployment, DeploymentState } from "./deployment-state";
import { useLiveDeployments } from "./use-live-deployments";
import { Versions } from "./versions";

export function DeploymentsPage({ gateway }: { gateway: string }) {
  const t = useTranslations("app.deployments");
  const common = useTranslations("app.common");
  const trpc = useTRPC();
  useLiveDeployments();
  const { data } = useQuery(trpc.deployments.list.queryOptions());
  const copy = () => void navigator.clipboard.writeText(`${gateway}/v1`).then(() => toast(common("copied")));
  return (
    <div className="mx-auto max-w-[1100px]">
      <header className="mb-3 flex flex-wrap items-center gap-3">
        <h1 className="text-18 leading-tight font-semibold tracking-[-0.015em]">{t("title")}</h1>
        <span className="flex-1" />
        <span className="flex items-center gap-1 text-11 text-ink-3">
          {t("apiHint")} <code className="ml-1 text-ink-2">{gateway}/v1</code>
          <IconButton icon="copy" size="sm" label={t("copyAddress")} onClick={copy} />
        </span>
      </header>
      <Panel>
        {!data ? (
          <div className="p-3">
            <Skeleton className="h-3 w-2/5" />
          </div>
        ) : data.length ? (
          <Table aria-label={t("title")}>
            <thead>
              <tr>
                <Th>{t("endpoint")}</Th>
                <Th>{t("state")}</Th>
                <Th>{t("version")}</Th>
                <Th num>{t("updated")}</Th>
                <Th />
              </tr>
            </thead>
            <tbody>
              {data.map((deployment) => (
                <Row key={deployment.id} deployment={deployment} />
              ))}
            </tbody>
          </Table>
        ) : (
          <Empty title={t("none")}>{t("noneText")}</Empty>
        )}
      </Panel>
    </div>
  );
}

function Row({ deployment }: { deployment: Deployment }) {
  const t = useTranslations("app.deployments");
  const trpc = useTRPC();
  const format = useFormat();
  const failureText = useFailureText();
  const errorText = useErrorText();
  const onError = (error: Parameters<typeof errorText>[0]) => void toast(errorText(error));
  const start = useMutation(trpc.deployments.start.mutationOptions({ onError: (error) => onError(error) }));
  const stop = useMutation(trpc.deployments.stop.mutationOptions({ onError: (error) => onError(error) }));
  const { slug, name, run, failure, version, held } = deployment;
  const [open, setOpen] = useState(false);
  const may = useMay();
  const wanted = deployment.desired === "READY" && deployment.observed !== "FAILED";
  return (
    <>
      <tr>
        <Td className="w-full max-w-0">
          <div className="truncate font-medium">{name}</div>
          <div className="truncate text-11 text-ink-3">{deployment.model}</div>
        </Td>
        <Td>
          <DeploymentState deployment={deployment} />
          {failure && (
            <div className="w-[34ch] text-11 text-failed">
              {failureText({ code: "INTERNAL", message: failure.reason, ...failure })}
            </div>
          )}
        </Td>
        <Td>
          <button
            type="button"
            aria-expanded={open}
            className="flex items-center gap-1 whitespace-nowrap hover:underline"
            onClick={() => setOpen(!open)}
          >
            {t("versionNumber", { number: version })}
            <Icon name={open ? "down" : "right"} size={12} />
          </button>
          {run && (
            <Link href={`/runs/${run.id}`} className="flex max-w-60 gap-1 text-11 text-ink-3 hover:underline">
              <span className="truncate">{run.graph}</span>
              <span className="flex-none">{t("fromRun", { number: run.number })}</span>
            </Link>
          )}
          {held !== null && <div className="text-11 text-stale">{t("heldBack", { number: held })}</div>}
        </Td>
        <Td num className="text-ink-2">
          {format.moment(deployment.updatedAt)}
        </Td>
        <Td>
          <span className="flex justify-end gap-1.5">
            {!may("deployment.change") ? null : wanted ? (
              <Button size="sm" disabled={stop.isPending} onClick={() => stop.mutate({ slug })}>
                {t("stop")}
              </Button>
            ) : (
              <Button size="sm" disabled={start.isPending} onClick={() => start.mutate({ slug })}>
                {t("start")}
              </Button>
            )}
            {may("model.use") && (
              <Button asChild size="sm">
                <Link href={`/chat/${slug}`}>{t("chat")}</Link>
              </Button>
            )}
          </span>
        </Td>
      </tr>
      {open && (
        <tr>
          <td colSpan={5} className="border-b border-line bg-sunken !p-2">
            <Versions slug={slug} now={version} />
          </td>
        </tr>
      )}
    </>
  );
}
