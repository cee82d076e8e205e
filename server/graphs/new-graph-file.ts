import { emptyGraph, type GraphFile } from "@/graph/document";
import { getExample } from "../examples/list-examples";
import { graphAroundData } from "./graph-around-data";
import { readGraphFile } from "./read-graph-file";

export type NewGraphFrom =
  | { from: "nothing"; name: string }
  | { from: "example"; example: string }
  | { from: "file"; text: string }
  | { from: "data"; path: string };

export async function newGraphFile(given: NewGraphFrom): Promise<GraphFile> {
  switch (given.from) {
    case "nothing":
      return emptyGraph(given.name);
    case "example":
      return getExample(given.example);
    case "file":
      return readGraphFile(given.text);
    case "data":
      return graphAroundData(given.path);
  }
}
