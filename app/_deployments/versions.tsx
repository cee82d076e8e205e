"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { inferRouterOutputs } from "@trpc/server";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useErrorText } from "@/app/_editor/words";
import type { AppRouter } from "@/server/router";
import { Button } from "../../ui/button";
import { useMetricName } from "../../ui/metric-name";
import { useHeldText } from "../../ui/preview/use-held-text";
import { Table, Td, Th } from "../../ui/table";
import { toast } from "../../ui/toast";
import { useFormat } from "../../ui/use-format";
import { useMay } from "../_shell/access";
import { useTRPC } from "../trpc/provider";
import { WrongAnswers } from "./wrong-answers";

type Version = inferRouterOutputs<AppRouter>["deployments"]["versions"][number];

/** What a deployment has served and could serve again, newest first. `now` is the version that is served. */
export function Versions({ slug, now }: { slug: string; now: number }) {
  const t = useTranslations("app.deployments");
  const trpc = useTRPC();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const { data = [] } = useQuery(trpc.deployments.versions.queryOptions({ slug }));
  const serve = useMutation(
    trpc.deployments.serve.mutationOptions({
      onSuccess: (_, { version }) => {
        toast(t("serves", { slug, version }));
        void queries.invalidateQueries(trpc.deployments.pathFilter());
      },
      onError: (error) => void toast(errorText(error)),
    }),
  );
  return (
    <>
      <Table dense aria-label={t("versionsOf", { slug })}>
        <thead>
          <tr>
            <Th>{t("version")}</Th>
            <Th>{t("model")}</Th>
            <Th>{t("run")}</Th>
            <Th>{t("measured")}</Th>
            <Th num>{t("updated")}</Th>
            <Th />
          </tr>
        </thead>
        <tbody>
          {data.map((version) => (
            <Row
              key={version.number}
              version={version}
              now={now}
              busy={serve.isPending}
              onServe={() => serve.mutate({ slug, version: version.number })}
            />
          ))}
        </tbody>
      </Table>
      <WrongAnswers slug={slug} />
    </>
  );
}

type RowProps = { version: Version; now: number; busy: boolean; onServe: () => void };

function Row({ version, now, busy, onServe }: RowProps) {
  const t = useTranslations("app.deployments");
  const format = useFormat();
  const metric = useMetricName();
  const held = useHeldText();
  const mayServe = useMay()("deployment.change");
  const { number, served, kept, measured, run } = version;
  return (
    <tr>
      <Td className="whitespace-nowrap">
        {t("versionNumber", { number })}
        {served && <span className="ml-1.5 text-11 text-ink-3">{t("servedNow")}</span>}
        {version.held && (
          <div className="w-[34ch] whitespace-normal text-11 text-ink-2">{held(version.held)}</div>
        )}
      </Td>
      <Td className="max-w-48 truncate">{version.model}</Td>
      <Td>
        {run && (
          <Link href={`/runs/${run.id}`} className="whitespace-nowrap hover:underline">
            {t("fromRun", { number: run.number })}
          </Link>
        )}
      </Td>
      <Td className="whitespace-nowrap">
        {measured && (
          <>
            <span className="text-11 text-ink-3">{metric(measured.name)}</span>{" "}
            {format.metric(measured.value)}
          </>
        )}
      </Td>
      <Td num className="text-ink-2">
        {format.moment(version.servedAt ?? version.createdAt)}
      </Td>
      <Td num>
        {served ? null : !kept ? (
          <span className="text-11 text-ink-3">{t("filesRemoved")}</span>
        ) : (
          mayServe && (
            <Button size="sm" disabled={busy} onClick={onServe}>
              {number < now ? t("rollBack") : t("serveIt")}
            </Button>
          )
        )}
      </Td>
    </tr>
  );
}
