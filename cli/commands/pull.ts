import { pullModel } from "@/engines/hub/pull";
import { env } from "@/server/env";
import { type Command, EXIT } from "../command";
import { bytes, print, say } from "../output";

export const pull: Command = {
  summary: "Fetch a base model into the cache, its hashes checked",
  usage: "MODEL",
  positionals: [1, 1],
  options: {},
  run: async (args) => {
    let last = 0;
    const pulled = await pullModel(args.positionals[0]!, {
      modelsDir: env().modelsDir,
      onProgress: (done, total, unit) => {
        if (Date.now() - last < 1000) return;
        last = Date.now();
        const amount = unit === "bytes" ? bytes(done) : `${done} ${unit}`;
        say(total ? `  ${amount} of ${unit === "bytes" ? bytes(total) : total}` : `  ${amount}`);
      },
    });
    say(pulled.cached ? `It was there, from the ${pulled.source}.` : `Fetched from the ${pulled.source}.`);
    print(pulled.dir);
    return EXIT.done;
  },
};
