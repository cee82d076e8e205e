"use client";
import { NodeToolbar, Position } from "@xyflow/react";
import { useTranslations } from "next-intl";
import { useEditor, useNode, useNodeState, useView } from "@/app/_editor/context";
import type { OutputView } from "@/graph/run-view";
import { pickColumns } from "@/ui/preview/data-table";
import { type Cell, usePreviewSource } from "@/ui/preview/source";
import { useFormat } from "@/ui/use-format";
import { mainOutput, useFactsText } from "../draw/summary";
import { PEEK_ROWS } from "../limits";

/** The first rows of a node's output beside it; a click opens the whole. */
export function Peek() {
  const id = useView((v) => v.peek);
  return id ? <Beside key={id} id={id} /> : null;
}

function Beside({ id }: { id: string }) {
  const { catalogue, view } = useEditor();
  const t = useTranslations("app.editor.peek");
  const format = useFormat();
  const facts = useFactsText();
  const node = useNode(id);
  const state = useNodeState(id);
  const output = node && state && mainOutput(catalogue[node.kind], state.outputs);
  if (!output) return null;
  const about = [
    facts.long(output.facts),
    state.seconds === undefined ? "" : t("took", { time: format.seconds(state.seconds) }),
    state.memoryBytes === undefined ? "" : t("memory", { size: format.bytes(state.memoryBytes) }),
    state.run === undefined ? "" : t("run", { run: state.run }),
  ].filter(Boolean);
  return (
    <NodeToolbar nodeId={id} isVisible position={Position.Right} offset={14} align="start">
      <button
        type="button"
        className="peek"
        aria-label={t("open")}
        onMouseLeave={() => view.setState({ peek: undefined })}
        onClick={() => view.setState({ selected: [id], tab: "output", inspectorOpen: true, peek: undefined })}
      >
        <span className="about">{about.join(" · ")}</span>
        <First output={output} />
      </button>
    </NodeToolbar>
  );
}

function First({ output }: { output: OutputView }) {
  const t = useTranslations("app.editor.peek");
  const { data } = usePreviewSource().usePreview(output.digest, { offset: 0, limit: PEEK_ROWS });
  if (data?.show === "report") return <Figures metrics={data.report.metrics ?? {}} />;
  if (data?.show === "files") {
    return data.files.slice(0, PEEK_ROWS).map((file) => (
      <span key={file.path} className="row mono">
        {file.path}
      </span>
    ));
  }
  if (data?.show !== "table") return <span className="row">{t("reading")}</span>;
  const [column] = pickColumns(
    data.page.columns.map((c) => c.name).filter((name) => name !== "_row"),
    1,
  );
  return data.page.rows.slice(0, PEEK_ROWS).map((row, k) => (
    <span key={String(row._row ?? k)} className="row">
      {column ? inWords(row[column] ?? null) : ""}
    </span>
  ));
}

function Figures({ metrics }: { metrics: Readonly<Record<string, number>> }) {
  const format = useFormat();
  return Object.entries(metrics)
    .slice(0, PEEK_ROWS)
    .map(([name, value]) => (
      <span key={name} className="row pair">
        <span>{name}</span>
        <span>{format.metric(value)}</span>
      </span>
    ));
}

/** A cell in one line: of a conversation, what was said. */
function inWords(cell: Cell): string {
  if (Array.isArray(cell))
    return cell
      .map((part) =>
        part && typeof part === "object" && !Array.isArray(part) && "content" in part
          ? String(part.content)
          : inWords(part),
      )
      .join(" · ");
  return cell !== null && typeof cell === "object" ? JSON.stringify(cell) : String(cell ?? "–");
}
