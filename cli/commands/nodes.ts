import { z } from "zod";
import { describeWant } from "@/graph/ports";
import { kindTitle, sentence } from "@/messages/words";
import { catalogue } from "@/nodes/index";
import { type Command, EXIT, json } from "../command";
import { print, printJson, table } from "../output";

const ports = (ports: Record<string, object>, type: (port: string) => string) =>
  Object.keys(ports).map((port) => ({
    name: port,
    type: type(port),
    ...(port in ports && "optional" in ports[port]! ? { optional: true } : {}),
  }));

export const nodes: Command = {
  summary: "The catalogue of node kinds",
  usage: "[--json]",
  positionals: [0, 0],
  options: json,
  help: { "--json": "with JSON Schemas and port types" },
  run: async (args) => {
    const kinds = Object.values(catalogue).map((d) => ({
      kind: d.kind,
      version: d.version,
      category: d.category,
      title: kindTitle(d.kind),
      summary: sentence([["nodes", d.kind, "summary"]]) ?? "",
      inputs: ports(d.inputs, (port) => describeWant(d.inputs[port]!.want)),
      outputs: ports(d.outputs, (port) => d.outputs[port]!.type),
      params: z.toJSONSchema(d.params, { io: "input", unrepresentable: "any" }),
    }));
    if (args.flag("json")) printJson({ nodes: kinds });
    else print(table(kinds.map((k) => [k.kind, k.category, k.summary])));
    return EXIT.done;
  },
};
