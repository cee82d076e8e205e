/** Putting a node on a wire: whether it fits there, and doing it. */
import type { Editor } from "@/app/_editor/context";
import type { AnyNode } from "@/graph/define-node";
import { formatPortRef, type GraphNode, parsePortRef } from "@/graph/document";
import * as draft from "@/graph/draft";
import { mismatch, type PortType } from "@/graph/ports";
import { withDescendants } from "@/graph/topology";
import type { Point, Rect } from "../arrange/geometry";
import { outputType, select } from "../edit/commands";
import { freeFor } from "../edit/standing";

export type Fit = { input: string; output: string };

/** Ports through which the wire into `to` could run through a node of this kind, if it may. */
export function fitOnWire(
  editor: Editor,
  to: string,
  definition: AnyNode,
  node?: GraphNode,
): Fit | undefined {
  const { file } = editor.model.store.getState();
  const from = file.wires.find((w) => w.to === to)?.from;
  const has = from && outputType(editor, from);
  const target = parsePortRef(to);
  const want =
    editor.catalogue[file.nodes.find((n) => n.id === target.node)?.kind ?? ""]?.inputs[target.port]?.want;
  if (!from || !has || !want) return undefined;
  const taken = new Set(node ? file.wires.map((w) => w.to) : []);
  const input = Object.entries(definition.inputs).find(
    ([port, spec]) => !spec.list && !taken.has(`${node?.id}.${port}`) && !mismatch(spec.want, has),
  )?.[0];
  if (!input) return undefined;
  const params = definition.params.safeParse(node?.params ?? {});
  const inferred = params.success ? definition.infer(params.data, { [input]: has }) : {};
  const output = Object.entries(definition.outputs).find(([port, spec]) => {
    const type = inferred[port] ?? ({ type: spec.type } as PortType);
    return !spec.secondary && !mismatch(want, type);
  })?.[0];
  if (!output) return undefined;
  if (node) {
    const source = parsePortRef(from).node;
    if (node.id === source || node.id === target.node) return undefined;
    if (withDescendants(file, [node.id]).has(source) || withDescendants(file, [target.node]).has(node.id))
      return undefined;
  }
  return { input, output };
}

/** Moves a node and leads the wire it was dropped on through it: one step of undo. */
export function dropOnWire(
  editor: Editor,
  id: string,
  to: string,
  places: Readonly<Record<string, [number, number]>>,
): void {
  const node = editor.model.store.getState().file.nodes.find((n) => n.id === id);
  const definition = editor.catalogue[node?.kind ?? ""];
  const fit = node && definition && fitOnWire(editor, to, definition, node);
  const place = places[id];
  const free = fit && place ? { ...places, [id]: freeFor(editor, node, place, id) } : places;
  editor.model.doc.transact(() => {
    draft.moveNodes(editor.model.doc, free);
    if (fit)
      draft.spliceNode(editor.model.doc, to, {
        input: formatPortRef({ node: id, port: fit.input }),
        output: formatPortRef({ node: id, port: fit.output }),
      });
  }, draft.EDIT);
}

/** A new node of a kind on a wire. */
export function insertKind(editor: Editor, kind: string, to: string, place: [number, number]): void {
  const definition = editor.catalogue[kind];
  const fit = definition && fitOnWire(editor, to, definition);
  if (!definition || !fit || editor.readOnly) return;
  const free = freeFor(editor, { kind, params: {} }, place);
  const id = draft.insertOnWire(editor.model.doc, to, { kind, version: definition.version }, fit, free);
  select(editor, [id]);
}

/** The one wire that is chosen. */
export function spotOnWire(editor: Editor): { to: string } | undefined {
  const [to, ...more] = editor.view.getState().wires;
  return to && !more.length ? { to } : undefined;
}

/** The wire that runs closest to the middle of a node which lies on it. */
export function wireUnder(
  routes: ReadonlyMap<string, readonly Point[]>,
  rect: Rect,
  fits: (to: string) => boolean,
): string | undefined {
  const middle = { x: rect.x + rect.width / 2, y: rect.y + Math.min(rect.height / 2, REACH * 2) };
  let best: { to: string; away: number } | undefined;
  for (const [to, route] of routes) {
    const away = distance(route, middle);
    if (away <= REACH && (!best || away < best.away) && fits(to)) best = { to, away };
  }
  return best?.to;
}

/** How near to a node's middle a wire must run for the node to be dropped on it. */
const REACH = 28;

export function distance(route: readonly Point[], p: Point): number {
  let least = Number.POSITIVE_INFINITY;
  for (let k = 1; k < route.length; k++) {
    const [a, b] = [route[k - 1]!, route[k]!];
    const x = Math.max(Math.min(p.x, Math.max(a.x, b.x)), Math.min(a.x, b.x));
    const y = Math.max(Math.min(p.y, Math.max(a.y, b.y)), Math.min(a.y, b.y));
    least = Math.min(least, (p.x - x) ** 2 + (p.y - y) ** 2);
  }
  return Math.sqrt(least);
}
