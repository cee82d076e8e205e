/** Which kinds the add menu offers: all by category, or those that take up a loose wire, best first. */
import type { Editor } from "@/app/_editor/context";
import type { AddMenu } from "@/app/_editor/view-store";
import { type AnyNode, CATEGORIES, type Category } from "@/graph/define-node";
import { parsePortRef } from "@/graph/document";
import type { Want } from "@/graph/ports";
import { fittingInput, fittingOutput } from "../edit/commands";
import { fitOnWire } from "../wire/splice";

export type Offer = { heading: Category | "fits"; kinds: AnyNode[] };

export function offers(editor: Editor, menu: Pick<AddMenu, "from" | "to" | "wire">): Offer[] {
  const all = Object.values(editor.catalogue);
  const { from, to, wire } = menu;
  if (from) {
    const fit = all.flatMap((d) => {
      const input = fittingInput(editor, d, "x", from);
      return input ? [{ d, rank: rankInto(d, parsePortRef(input).port) }] : [];
    });
    return best(fit);
  }
  if (to) return best(all.flatMap((d) => (fittingOutput(editor, d, "x", to) ? [{ d, rank: needs(d) }] : [])));
  if (wire) return best(all.flatMap((d) => (fitOnWire(editor, wire, d) ? [{ d, rank: needs(d) }] : [])));
  return CATEGORIES.map((heading) => ({
    heading,
    kinds: all.filter((d) => d.category === heading),
  })).filter((group) => group.kinds.length > 0);
}

/** Equal ranks keep the order of the catalogue, which is that of a pipeline. */
function best(ranked: { d: AnyNode; rank: number }[]): Offer[] {
  const kinds = ranked.sort((a, b) => a.rank - b.rank).map(({ d }) => d);
  return kinds.length ? [{ heading: "fits", kinds }] : [];
}

const needs = (d: AnyNode) => Object.values(d.inputs).filter((spec) => !spec.optional).length;

/** A kind that asks for just this shape or format comes before one that takes anything of the type, then the one with less to wire. */
const rankInto = (d: AnyNode, port: string): number =>
  (asksNarrowly(d.inputs[port]!.want) ? 0 : 10) + needs(d) - (d.inputs[port]!.optional ? 0 : 1);

function asksNarrowly(want: Want): boolean {
  if (want.type === "dataset") return Boolean(want.shapes?.length && !want.shapes.includes("table"));
  if (want.type === "model") return Boolean(want.formats?.length);
  return true;
}
