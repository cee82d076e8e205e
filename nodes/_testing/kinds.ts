/** Every kind, and the template that new ones are made from, with its folder and its words: what the contract holds for. */
import { join } from "node:path";
import type { AnyNode } from "@/graph/define-node";
import { newKind } from "../_template/definition";
import en from "../_template/text.en.json";
import es from "../_template/text.es.json";
import pt from "../_template/text.pt.json";
import { catalogue, NODE_KINDS } from "../index";
import { type NodeText, nodeTexts } from "../texts";

const nodes = join(import.meta.dirname, "..");

export type Known = {
  kind: string;
  dir: string;
  definition: AnyNode;
  /** By locale. */
  texts: [string, NodeText][];
};

export const everyKind: Known[] = [
  ...NODE_KINDS.map((kind) => ({
    kind: kind as string,
    dir: join(nodes, kind),
    definition: catalogue[kind]!,
    texts: Object.entries(nodeTexts).map(([locale, texts]): [string, NodeText] => [locale, texts[kind]]),
  })),
  {
    kind: newKind.kind,
    dir: join(nodes, "_template"),
    definition: newKind,
    texts: [
      ["en", en],
      ["es", es],
      ["pt", pt],
    ],
  },
];
