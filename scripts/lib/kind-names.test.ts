import { describe, expect, it } from "vitest";
import { kindNamesIn } from "./kind-names.mjs";

const KINDS = ["lora-train", "split", "deploy", "pii"];
const named = (text: string) => kindNamesIn(text, KINDS).map(({ line, kind }) => `${line} ${kind}`);

describe("names of kinds in a source", () => {
  it.each([
    ['const trains = node.kind === "lora-train";', "1 lora-train"],
    ["const OF_THE_DATA = ['x',\n  'lora-train'];", "2 lora-train"],
    ["say(`Wire it with a \\`lora-train\\` node.`);", "1 lora-train"],
    ['if (["deploy", "merge"].includes(node.kind)) skip();', "1 deploy"],
    ['const title = kindTitle("split");', "1 split"],
    ['const message = failureMessage("deploy", failure);', "1 deploy"],
    ['catalogue["pii"]?.params', "1 pii"],
    ["version: nodes.split.version,", "1 split"],
    ['const t = useTranslations("nodes.split");', "1 split"],
    ['import { sizes } from "@/nodes/split/sizes";', "1 split"],
  ])("%s", (text, found) => expect(named(text)).toEqual([found]));

  it.each([
    'type Port = "chain" | "split";',
    "text.split(', ')",
    'const labels = { pii: "found" };',
    '{ name: "split", inputs: ["x"] }',
    '// A kind such as "lora-train" trains.',
    '/** `deploy` nodes of the kind "deploy" set their deployment. */',
    'const url = "https://lora-train.example";',
    'around.nodes.split(",")',
  ])("nothing in: %s", (text) => expect(named(text)).toEqual([]));
});
