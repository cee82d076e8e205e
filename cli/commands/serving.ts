import { createInterface } from "node:readline/promises";
import { env } from "@/server/env";
import { listDeployments } from "@/server/overview/list-deployments";
import { type Command, EXIT, json, UsageError } from "../command";
import { print, printJson, say, table } from "../output";
import { withPrisma, withSystem } from "../system";

export const deployments: Command = {
  summary: "What is served",
  usage: "[--json]",
  positionals: [0, 0],
  options: json,
  run: (args) =>
    withSystem(async (system) => {
      const { prisma, teamId } = await withPrisma(system);
      const found = await listDeployments(prisma, teamId);
      if (args.flag("json")) printJson({ deployments: found });
      else
        print(
          found.length
            ? table(found.map((d) => [d.slug, d.desired, d.observed, d.model ?? ""]))
            : "Nothing is deployed. A `deploy` node in a graph does that.",
        );
      return EXIT.done;
    }),
};

export const chat: Command = {
  summary: "Talk to a deployment of the running Telar",
  usage: "SLUG",
  positionals: [1, 1],
  options: {},
  run: async (args) => {
    const base = `http://127.0.0.1:${env().gatewayPort}/v1`;
    const answers = await fetch(`${base}/models`).catch(() => undefined);
    if (!answers?.ok)
      throw new UsageError(`No gateway answers at ${base}. Start Telar with \`npm start\`, then try again.`);
    const model = args.positionals[0]!;
    const { data } = (await answers.json()) as { data: { id: string }[] };
    if (!data.some((m) => m.id === model)) {
      throw new UsageError(
        `There is no deployment ${model}. Served are: ${data.map((m) => m.id).join(", ") || "none"}.`,
      );
    }
    const input = createInterface({
      input: process.stdin,
      output: process.stderr,
      terminal: process.stdin.isTTY === true,
    });
    const messages: { role: "user" | "assistant"; content: string }[] = [];
    const prompt = process.stdin.isTTY ? `${model}> ` : "";
    if (prompt) say("Ctrl-D ends the conversation.");
    input.setPrompt(prompt);
    input.prompt();
    for await (const line of input) {
      if (line.trim()) {
        messages.push({ role: "user", content: line });
        messages.push({ role: "assistant", content: await answer(base, model, messages) });
      }
      input.prompt();
    }
    return EXIT.done;
  },
};

/** Streams one answer to stdout and returns it whole. */
async function answer(
  base: string,
  model: string,
  messages: { role: string; content: string }[],
): Promise<string> {
  const response = await fetch(`${base}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model, messages, stream: true }),
  });
  if (!response.ok || !response.body) {
    const { error } = (await response.json().catch(() => ({}))) as { error?: { message?: string } };
    throw new UsageError(error?.message ?? `The gateway answered ${response.status}.`);
  }
  let whole = "";
  let rest = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.startsWith("data: ") || line === "data: [DONE]") continue;
      const text =
        (JSON.parse(line.slice(6)) as { choices: { delta?: { content?: string } }[] }).choices[0]?.delta
          ?.content ?? "";
      process.stdout.write(text);
      whole += text;
    }
  }
  print("");
  return whole;
}
