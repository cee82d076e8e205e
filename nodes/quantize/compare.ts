/** Quantisations of one model side by side, with what each costs in perplexity. Pure. */
import type { GraphAround } from "@/graph/around";
import { isPlainPrecision } from "./types";

export type Quantisation = {
  id: string;
  title: string | undefined;
  precision: string | undefined;
  bytes: number | undefined;
  perplexity: number | undefined;
  /** Against the row that stands for the model before. */
  change: number | undefined;
  part: "reference" | "chosen" | "other";
};

/**
 * This node and every other one that quantises the same model, largest first. A node that measures the perplexity of the
 * output gives the number; the reference is the model before, where something measures it, else its plain precision.
 */
export function quantisations(around: GraphAround, nodeId: string): Quantisation[] {
  const source = around.into(nodeId, "model");
  if (!source) return [];
  const siblings = around.nodes.filter(
    (node) => node.kind === "quantize" && around.into(node.id, "model") === source,
  );
  const perplexityOf = (output: string) =>
    around.nodes
      .filter((node) => around.into(node.id, "model") === output)
      .map((node) => around.metrics(node.id).perplexity)
      .find((perplexity) => perplexity !== undefined);
  const rows = siblings.map((node): Quantisation => {
    const facts = around.outputs(node.id).model?.facts;
    const model = facts?.type === "model" ? facts : undefined;
    return {
      id: node.id,
      title: node.title,
      precision: model?.precision ?? String(node.params.type ?? ""),
      bytes: model?.bytes,
      perplexity: perplexityOf(`${node.id}.model`),
      change: undefined,
      part: node.id === nodeId ? "chosen" : "other",
    };
  });
  const before = beforeRow(around, source, perplexityOf(source));
  const all = before ? [before, ...rows] : rows;
  const reference = all.find(({ part }) => part === "reference") ?? all.find((row) => isPlainRow(row));
  return all
    .map((row) => ({
      ...row,
      ...(row.id === reference?.id && row.part === "other" ? { part: "reference" as const } : {}),
      change:
        row.id === reference?.id || row.perplexity === undefined || reference?.perplexity === undefined
          ? undefined
          : row.perplexity - reference.perplexity,
    }))
    .sort((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0));
}

const isPlainRow = ({ precision, perplexity }: Quantisation) =>
  isPlainPrecision(precision) && perplexity !== undefined;

/** The unquantised model, where a node measures it. */
function beforeRow(
  around: GraphAround,
  source: string,
  perplexity: number | undefined,
): Quantisation | undefined {
  if (perplexity === undefined) return undefined;
  const [id = "", port = ""] = source.split(".");
  const facts = around.outputs(id)[port]?.facts;
  const model = facts?.type === "model" ? facts : undefined;
  return {
    id,
    title: around.nodes.find((node) => node.id === id)?.title,
    precision: model?.precision,
    bytes: model?.bytes,
    perplexity,
    change: undefined,
    part: "reference",
  };
}
