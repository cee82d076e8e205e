import { z } from "zod";
import { describeWant } from "@/graph/ports";
import type { Locale } from "@/messages/locales";
import { kindTitle, sentence } from "@/messages/words";
import { catalogue } from "@/nodes/index";
import { type Command, EXIT, json } from "../command";
import { language } from "../language";
import { print, printJson, table } from "../output";

const ports = (ports: Record<string, object>, type: (port: string) => string) =>
  Object.keys(ports).map((port) => ({
    name: port,
    type: type(port),
    ...(port in ports && "optional" in ports[port]! ? { optional: true } : {}),
  }));

const summary = (kind: string, locale?: Locale) => sentence([["nodes", kind, "summary"]], {}, locale) ?? "";

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
      summary: summary(d.kind),
      inputs: ports(d.inputs, (port) => describeWant(d.inputs[port]!.want)),
      outputs: ports(d.outputs, (port) => d.outputs[port]!.type),
      params: z.toJSONSchema(d.params, { io: "input", unrepresentable: "any" }),
    }));
    if (args.flag("json")) printJson({ nodes: kinds });
    else print(table(kinds.map((k) => [k.kind, k.category, summary(k.kind, language)])));
    return EXIT.done;
  },
};
