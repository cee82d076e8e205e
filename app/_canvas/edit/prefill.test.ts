import { expect, test } from "vitest";
import { chain } from "@/nodes/chain/definition";
import { dedupe } from "@/nodes/dedupe/definition";
import { deploy } from "@/nodes/deploy/definition";
import { prefilled } from "./prefill";

const node = (slug: string) => ({ id: "a", kind: "deploy", version: 1, params: { slug } });

test("a new deployment is named after its graph, and not as another one of the graph", () => {
  expect(prefilled(deploy, { name: "Atención al cliente", nodes: [] })).toEqual({
    slug: "atencion-al-cliente",
  });
  const two = [node("soporte"), node("soporte-2")];
  expect(prefilled(deploy, { name: "Soporte", nodes: two })).toEqual({ slug: "soporte-3" });
});

test("nothing is filled in where a name is not needed, or none can be made of the graph's", () => {
  expect(prefilled(chain, { name: "Soporte", nodes: [] })).toEqual({});
  expect(prefilled(dedupe, { name: "Soporte", nodes: [] })).toEqual({});
  expect(prefilled(deploy, { name: "支援", nodes: [] })).toEqual({});
});
