import type { GraphFile } from "@/graph/document";
import { migrateGraph } from "@/graph/migrate";
import { parseGraph } from "@/graph/read-graph";
import { catalogue } from "@/nodes/index";
import { GraphProblems, Refusal } from "../errors";
import { GRAPHS } from "../limits";

/** A graph file's text, checked and migrated. Unknown kinds are kept. */
export function readGraphFile(text: string): GraphFile {
  if (text.length > GRAPHS.maxFileChars) throw new Refusal("PAYLOAD_TOO_LARGE", "graph-file-too-large");
  const { file, problems } = parseGraph(text);
  if (!file) throw new GraphProblems(problems);
  return migrateGraph(file, catalogue).file;
}
