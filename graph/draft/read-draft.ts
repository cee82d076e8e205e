/**
 * The projection of a draft. It never throws, whatever the document holds, and always gives a graph file that reads back as
 * itself: what has another shape is left out and named. What a concurrent delete left dangling (wires, places, members of
 * frames) is left out without a word, since that is how edits merge.
 */
import * as Y from "yjs";
import {
  canonicalGraph,
  GRAPH_FORMAT,
  type GraphFile,
  type GraphFrame,
  type GraphNode,
  type GraphNote,
  type GraphWire,
  ID,
  type JsonValue,
  NODE_STATES,
  type NodeState,
  PORT_REF,
  parsePortRef,
} from "../document";
import { GRAPH_LIMITS as LIMITS } from "../limits";
import { isStorableText, storableText } from "../storable";
import { jsonSize } from "./is-json";
import { draftParts } from "./parts";

/** Something of a draft that is not as Telar writes it. `part` of the graph, and `id` or name in it. */
export type Flaw = {
  part: "name" | "node" | "param" | "title" | "state" | "wire" | "note" | "frame" | "app" | "place" | "pin";
  id: string;
  /** Left out whole, or read although its shape is another, or cut to the length that a graph may have. */
  fate: "lost" | "mended" | "cut";
};
export type ReadDraft = { file: GraphFile; flaws: Flaw[] };

export function readDraft(doc: Y.Doc): ReadDraft {
  const parts = draftParts(doc);
  const flaws: Flaw[] = [];
  const flaw = (part: Flaw["part"], id: string, fate: Flaw["fate"] = "lost") => {
    flaws.push({ part, id: storableText(id.slice(0, 100)), fate });
  };
  /** Those that can be read, by id; no more than `most`, the first by id, so that every reader keeps the same ones. */
  const each = <T>(
    map: { keys(): Iterable<string>; get(id: string): unknown },
    part: Flaw["part"],
    most: number,
    read: (id: string, value: unknown) => T | undefined,
  ): T[] => {
    const keys = [...map.keys()];
    const kept = keys.length > most ? keys.sort().slice(0, most) : keys;
    for (const id of keys.slice(most)) flaw(part, id);
    return kept.flatMap((id) => {
      const found = read(id, map.get(id));
      if (found === undefined) flaw(part, id);
      return found === undefined ? [] : [found];
    });
  };
  const text = (value: unknown, most: number, part: Flaw["part"], id: string): string | undefined => {
    if (typeof value !== "string") return undefined;
    if (value.length > most) flaw(part, id, "cut");
    return storableText(value.slice(0, most));
  };

  const readNode = (id: string, value: unknown): GraphNode | undefined => {
    const entries = entriesOf(value);
    if (!entries || !ID.test(id)) return undefined;
    const kind = entries.get("kind");
    const version = entries.get("version");
    const given = entriesOf(entries.get("params"));
    if (typeof kind !== "string" || !kind || kind.length > LIMITS.name || !isStorableText(kind))
      return undefined;
    if (!Number.isSafeInteger(version) || (version as number) < 1) return undefined;
    if (!given || !(value instanceof Y.Map) || !(entries.get("params") instanceof Y.Map))
      flaw("node", id, "mended");
    for (const key of entries.keys()) if (!NODE_KEYS.has(key)) flaw("node", `${id}.${key}`);
    const title = entries.get("title");
    const state = entries.get("state");
    const frozen = entries.get("frozen");
    const titled = title === undefined ? "" : text(title, LIMITS.name, "title", id);
    if (titled === undefined) flaw("title", id);
    const known = state === undefined || NODE_STATES.includes(state as NodeState);
    const held = frozen === undefined || isFrozen(frozen);
    if (!known || !held) flaw("state", id);
    return {
      id,
      kind,
      version: version as number,
      params: readParams(id, given ?? new Map()),
      ...(titled ? { title: titled } : {}),
      ...(known && state ? { state: state as NodeState } : {}),
      ...(held && frozen ? { frozen: frozen as Record<string, string> } : {}),
    };
  };
  const readParams = (id: string, given: ReadonlyMap<string, unknown>): GraphNode["params"] => {
    let room = LIMITS.params - 2;
    const inOrder = [...given].sort(([a], [b]) => (a < b ? -1 : 1));
    const kept = inOrder.filter(([name, value]) => {
      const size = isStorableText(name) && name !== "__proto__" ? jsonSize(value) : null;
      const left = size === null ? -1 : room - size - JSON.stringify(name).length - 2;
      const fits = left >= 0;
      if (fits) room = left;
      if (!fits) flaw("param", `${id}.${name}`);
      return fits;
    });
    return Object.fromEntries(kept) as Record<string, JsonValue>;
  };

  const nodes = each(parts.nodes, "node", LIMITS.nodes, readNode);
  const ids = new Set(nodes.map((n) => n.id));
  const readWire = (to: string, value: unknown): GraphWire | undefined => {
    const { from, via } = plainOf(value);
    if (typeof from !== "string" || !PORT_REF.test(from) || !PORT_REF.test(to)) return undefined;
    const led = via === undefined || (Array.isArray(via) && via.length <= LIMITS.via && via.every(isPlace));
    if (!led) flaw("wire", `${to} via`);
    return { from, to, ...(led && via ? { via: via as [number, number][] } : {}) };
  };
  const wires = each(parts.wires, "wire", LIMITS.wires, readWire);
  const readNote = (id: string, value: unknown): GraphNote | undefined => {
    const entries = entriesOf(value);
    if (!entries || !ID.test(id) || ids.has(id)) return undefined;
    const markdown = text(entries.get("markdown"), LIMITS.note, "note", id);
    if (markdown === undefined) return undefined;
    if (!(value instanceof Y.Map)) flaw("note", id, "mended");
    const after = entries.get("after");
    return { id, markdown, ...(typeof after === "string" && ids.has(after) ? { after } : {}) };
  };
  const notes = each(parts.notes, "note", LIMITS.notes, readNote);
  const taken = new Set([...ids, ...notes.map((note) => note.id)]);
  const readFrame = (id: string, value: unknown): GraphFrame | undefined => {
    const { title, nodes: members, collapsed, promoted } = plainOf(value);
    if (!ID.test(id) || taken.has(id) || !Array.isArray(members)) return undefined;
    const titled = text(title, LIMITS.name, "frame", id);
    if (titled === undefined) return undefined;
    const shown = promoted === undefined ? [] : refsOf(promoted, isRef);
    if (!shown) flaw("frame", `${id}.promoted`);
    return {
      id,
      title: titled,
      nodes: [...new Set(members.filter((n): n is string => typeof n === "string" && ids.has(n)))],
      ...(collapsed === true ? { collapsed } : {}),
      ...(shown?.length ? { promoted: shown } : {}),
    };
  };
  const frames = each(parts.frames, "frame", LIMITS.frames, readFrame);
  const owners = new Set([...taken, ...frames.map((frame) => frame.id)]);
  const readRefs = (name: "inputs" | "outputs"): string[] => {
    const given = parts.app.get(name);
    const refs = given === undefined ? [] : refsOf(given, name === "outputs" ? isPortRef : isRef);
    if (!refs) flaw("app", name);
    return refs ?? [];
  };
  const app = { inputs: readRefs("inputs"), outputs: readRefs("outputs") };
  const layout = each(parts.layout, "place", Number.POSITIVE_INFINITY, (id, at) =>
    isPlace(at) ? ([id, [at[0] + 0, at[1] + 0]] as const) : undefined,
  );
  const name = parts.meta.get("name");
  const named = name === undefined ? "" : text(name, LIMITS.name, "name", "");
  if (named === undefined) flaw("name", "");
  return {
    file: canonicalGraph({
      telar: GRAPH_FORMAT,
      name: named ?? "",
      nodes,
      wires: wires.filter((w) => ids.has(parsePortRef(w.from).node) && ids.has(parsePortRef(w.to).node)),
      notes,
      frames,
      app,
      layout: Object.fromEntries(layout.filter(([id]) => owners.has(id))) as Record<string, [number, number]>,
      pinned: [...parts.pinned.keys()].filter((id) => ids.has(id)),
    }),
    flaws,
  };
}

const NODE_KEYS: ReadonlySet<string> = new Set(["kind", "version", "params", "title", "state", "frozen"]);

/** A map of the draft, or an object that stands where a map should. */
function entriesOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (value instanceof Y.Map) return value as unknown as ReadonlyMap<string, unknown>;
  return isPlain(value) ? new Map(Object.entries(value)) : undefined;
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const plainOf = (value: unknown): Record<string, unknown> => (isPlain(value) ? value : {});

const isCoordinate = (n: unknown): n is number => typeof n === "number" && Math.abs(n) <= LIMITS.place;
const isPlace = (at: unknown): at is [number, number] =>
  Array.isArray(at) && at.length === 2 && isCoordinate(at[0]) && isCoordinate(at[1]);

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const isFrozen = (value: unknown): boolean =>
  isPlain(value) &&
  Object.entries(value).every(([port, d]) => isStorableText(port) && typeof d === "string" && DIGEST.test(d));

const isRef = (ref: string) => ref.length <= LIMITS.name && isStorableText(ref);
const isPortRef = (ref: string) => PORT_REF.test(ref);
function refsOf(value: unknown, fits: (ref: string) => boolean): string[] | undefined {
  const ok = Array.isArray(value) && value.length <= LIMITS.refs;
  return ok && value.every((ref) => typeof ref === "string" && fits(ref)) ? value : undefined;
}
