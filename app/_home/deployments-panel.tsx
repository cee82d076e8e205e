"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "../../ui/button";
import { Panel } from "../../ui/card";
import { Empty, Skeleton } from "../../ui/empty";
import { Table, Td, Th } from "../../ui/table";
import { DeploymentState } from "../_deployments/deployment-state";
import { useMay } from "../_shell/access";
import { useTRPC } from "../trpc/provider";

export function DeploymentsPanel() {
  const t = useTranslations("app.deployments");
  const trpc = useTRPC();
  const may = useMay();
  const { data } = useQuery(trpc.deployments.list.queryOptions());
  return (
    <Panel
      title={t("title")}
      actions={
        data?.length ? (
          <Button asChild variant="ghost" size="sm">
            <Link href="/deployments">{t("all")}</Link>
          </Button>
        ) : undefined
      }
    >
      {!data ? (
        <div className="p-3">
          <Skeleton className="h-3 w-1/2" />
        </div>
      ) : data.length ? (
        <Table aria-label={t("title")}>
          <thead>
            <tr>
              <Th>{t("endpoint")}</Th>
              <Th>{t("state")}</Th>
              <Th num>
                <span className="sr-only">{t("chat")}</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {data.map((deployment) => (
              <tr key={deployment.id}>
                <Td className="w-full max-w-0">
                  <div className="truncate font-medium">{deployment.name}</div>
                  <div className="truncate text-11 text-ink-3">
                    {[deployment.model, deployment.run && t("fromRun", { number: deployment.run.number })]
                      .filter(Boolean)
                      .join(", ")}
                  </div>
                </Td>
                <Td>
                  <DeploymentState deployment={deployment} />
                </Td>
                <Td num>
                  {may("model.use") && (
                    <Button asChild size="sm">
                      <Link href={`/chat/${deployment.slug}`}>{t("chat")}</Link>
                    </Button>
                  )}
                </Td>
              </tr>
            ))}
          </tbody>
        </Table>
      ) : (
        <Empty title={t("none")} className="!py-6">
          {t("noneText")}
        </Empty>
      )}
    </Panel>
  );
}
