import { errorsOf } from "@/graph/checks/index";
import { env } from "@/server/env";
import { type Command, EXIT, json } from "../command";
import { examineOpened, openGraphFile, problemLines } from "../graph-file";
import { printJson, problemJson, say } from "../output";

export const check: Command = {
  summary: "Check a graph file: types, parameters, cycles, files",
  usage: "FILE [--set node.param=JSON]… [--json]",
  positionals: [1, 1],
  options: { ...json, set: { type: "string", multiple: true } },
  help: { "--set node.param=JSON": "change a parameter first", "--json": "print one JSON document" },
  run: async (args) => {
    const opened = await openGraphFile(args.positionals[0]!, args.texts("set"));
    const problems = await examineOpened(opened, env());
    const kinds = new Map(opened.file.nodes.map((n) => [n.id, n.kind]));
    const errors = errorsOf(problems).length;
    if (args.flag("json"))
      printJson({ ok: !errors, problems: problems.map((p) => problemJson(p, kinds.get(p.node ?? ""))) });
    else {
      for (const line of problemLines(opened.file, problems)) say(line);
      say(
        errors
          ? `${errors} ${errors === 1 ? "problem" : "problems"}.`
          : `${opened.file.nodes.length} nodes, no problems.`,
      );
    }
    return errors ? EXIT.usage : EXIT.done;
  },
};
