"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useKindTexts } from "@/app/_editor/kind-text";
import { ofTeam } from "@/app/trpc/team";
import type { PortType } from "@/graph/ports";
import type { OutputView } from "@/graph/run-view";
import { IconButton } from "../../ui/button";
import { Panel } from "../../ui/card";
import { Empty } from "../../ui/empty";
import { shortDigest } from "../../ui/format";
import { Popover } from "../../ui/popover";
import { Table, Td } from "../../ui/table";
import { toast } from "../../ui/toast";
import { TypeGlyph } from "../../ui/type-glyph";
import { useFormat } from "../../ui/use-format";
import { useTRPC } from "../trpc/provider";
import type { Run, RunNode } from "./use-run";

type Listed = { node: RunNode; port: string; output: OutputView };

export function ArtifactsPanel({ run, titleOf }: { run: Run; titleOf: (node: RunNode) => string }) {
  const t = useTranslations("app.run");
  const texts = useKindTexts();
  // The newest first: what a run is for comes out at its end.
  const listed = run.nodes
    .flatMap((node) => Object.entries(node.outputs).map(([port, output]): Listed => ({ node, port, output })))
    .reverse();
  return (
    <Panel title={t("artifacts")} hint={t("artifactsHint")}>
      {listed.length ? (
        <div className="max-h-[420px] overflow-y-auto">
          <Table dense aria-label={t("artifacts")}>
            <tbody>
              {listed.map(({ node, port, output }) => (
                <Row
                  key={`${node.id}.${port}`}
                  run={run}
                  node={node}
                  output={output}
                  name={`${titleOf(node)}, ${texts(node.kind).ports[port] ?? port}`}
                />
              ))}
            </tbody>
          </Table>
        </div>
      ) : (
        <Empty title={t("noArtifacts")}>{t("noArtifactsText")}</Empty>
      )}
    </Panel>
  );
}

function Row({ run, node, output, name }: { run: Run; node: RunNode; output: OutputView; name: string }) {
  const t = useTranslations("app.run");
  const common = useTranslations("app.common");
  const format = useFormat();
  const factsOf = useFactsText();
  const size = run.about.sizes[output.digest];
  const reused = run.about.reused[node.id];
  const copy = () => void navigator.clipboard.writeText(output.digest).then(() => toast(common("copied")));
  return (
    <tr>
      <Td className="w-1/2 max-w-0">
        <span className="flex items-center gap-[7px]">
          <TypeGlyph type={output.type} named />
          <span className="truncate font-medium">{name}</span>
        </span>
      </Td>
      <Td className="whitespace-nowrap text-ink-2">{factsOf(output.facts)}</Td>
      <Td num>{size === undefined ? "" : format.bytes(size)}</Td>
      <Td>
        <span className="flex items-center gap-0.5">
          <code className="text-ink-2">{shortDigest(output.digest)}</code>
          <IconButton
            icon="copy"
            size="sm"
            label={t("copyDigest")}
            onClick={copy}
            className="!size-5 text-ink-3"
          />
          <Files digest={output.digest} />
        </span>
      </Td>
      <Td className="whitespace-nowrap text-ink-3">
        {reused ? (
          <Link href={`/runs/${reused.runId}`} className="hover:underline">
            {t("fromRun", { number: reused.number })}
          </Link>
        ) : (
          t("thisRun")
        )}
      </Td>
    </tr>
  );
}

function Files({ digest }: { digest: string }) {
  const t = useTranslations("app.run");
  const [asked, setAsked] = useState(false);
  return (
    <Popover
      label={t("manifest")}
      align="end"
      className="!w-80 !p-1.5"
      trigger={
        <IconButton
          icon="dl"
          size="sm"
          label={t("manifest")}
          onClick={() => setAsked(true)}
          className="!size-5 text-ink-3"
        />
      }
    >
      {asked && <FileList digest={digest} />}
    </Popover>
  );
}

function FileList({ digest }: { digest: string }) {
  const t = useTranslations("app.run");
  const trpc = useTRPC();
  const format = useFormat();
  const { data } = useQuery(trpc.artifacts.manifest.queryOptions({ digest }));
  return (
    <ul className="max-h-72 overflow-y-auto">
      {data?.files.map((file) => (
        <li key={file.path}>
          <a
            href={ofTeam(
              `/api/artifacts/${encodeURIComponent(digest)}/${file.path.split("/").map(encodeURIComponent).join("/")}`,
            )}
            download
            aria-label={t("download", { name: file.path })}
            className="flex h-7 items-center gap-2 rounded-[5px] px-2 hover:bg-hover"
          >
            <span className="min-w-0 flex-1 truncate">{file.path}</span>
            <span className="text-11 text-ink-3">{format.bytes(file.size)}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** `chat, 98 rows`: the facts that matter most. */
function useFactsText() {
  const t = useTranslations("app.run");
  const types = useTranslations("app.types");
  return (facts: PortType): string => {
    // The glyph says the type; its word stands where nothing else is known.
    const parts: (string | undefined)[] = [types(facts.type)];
    if (facts.type === "dataset")
      parts.push(facts.shape, facts.rows === undefined ? undefined : t("rows", { count: facts.rows }));
    if (facts.type === "tokens")
      parts.push(facts.tokens === undefined ? undefined : t("tokens", { count: facts.tokens }));
    if (facts.type === "model") parts.push(facts.name, facts.precision);
    if (facts.type === "adapter")
      parts.push(facts.rank === undefined ? undefined : t("rank", { rank: facts.rank }));
    if (facts.type === "endpoint") parts.push(facts.model);
    const [type, ...details] = parts.filter(Boolean);
    return details.length ? details.join(", ") : (type ?? "");
  };
}
