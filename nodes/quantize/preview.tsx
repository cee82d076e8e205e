"use client";
import { FactsCard, type PreviewProps, usePreviewSource } from "@/ui/preview";
import { quantisations } from "./compare";
import { QuantisationTable } from "./preview-table";

/** One quantisation alone shows its facts; several of one model stand side by side. */
export function Preview({ outputs, nodeId, narrow }: PreviewProps) {
  const around = usePreviewSource().useAround();
  if (!outputs.model) return null;
  const rows = around ? quantisations(around, nodeId) : [];
  return (
    <div className="flex flex-col gap-3">
      <FactsCard output={outputs.model} />
      {!narrow && (rows.length > 1 || rows.some((row) => row.perplexity !== undefined)) && (
        <QuantisationTable rows={rows} />
      )}
    </div>
  );
}
