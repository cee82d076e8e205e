import { createInterface } from "node:readline/promises";
import { signGatewayToken } from "@/server/auth/gateway-token";
import { findDeployment, listServed } from "@/server/deployments/served";
import { env, gatewayOrigin } from "@/server/env";
import { listDeployments } from "@/server/overview/list-deployments";
import { type Args, type Command, EXIT, json, teamOption, UsageError } from "../command";
import { print, printJson, say, table } from "../output";
import { withPrisma, withTeam } from "../system";

export const deployments: Command = {
  summary: "What is served",
  usage: "[--json]",
  positionals: [0, 0],
  options: { ...json, ...teamOption },
  run: (args) =>
    withTeam(args, async (system) => {
      const { prisma, teamId } = await withPrisma(system);
      const found = await listDeployments(prisma, teamId);
      if (args.flag("json")) printJson({ deployments: found });
      else
        print(
          found.length
            ? table(found.map((d) => [d.name, d.desired, d.observed, d.model ?? ""]))
            : "Nothing is deployed. A `deploy` node in a graph does that.",
        );
      return EXIT.done;
    }),
};

export const chat: Command = {
  summary: "Talk to a deployment of the running Telar",
  usage: "SLUG",
  positionals: [1, 1],
  options: teamOption,
  run: async (args) => {
    const { model, ask } = await reach(args);
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
        messages.push({ role: "assistant", content: await answer(ask, messages) });
      }
      input.prompt();
    }
    return EXIT.done;
  },
};

type Message = { role: string; content: string };
type Ask = (messages: readonly Message[]) => Promise<Response>;

/** The gateway of this installation, asked as the web app does: whoever has its home needs no key. */
async function reach(args: Args): Promise<{ model: string; ask: Ask }> {
  const settings = env();
  const base = gatewayOrigin(settings);
  const health = await fetch(`${base}/health`).catch(() => undefined);
  if (!health?.ok)
    throw new UsageError(`No gateway answers at ${base}. Start Telar with \`npm start\`, then try again.`);
  const [name = ""] = args.positionals;
  const { teamId, found } = await withTeam(args, async ({ pool, teamId }) => {
    const found = await findDeployment(pool, { teamId, name });
    if (found) return { teamId, found };
    const names = (await listServed(pool, teamId)).map((one) => one.name);
    throw new UsageError(`There is no deployment ${name}. Served are: ${names.join(", ") || "none"}.`);
  });
  const claims = { userId: "command line", teamId, target: { kind: "deployments", id: found.id } } as const;
  const ask: Ask = async (messages) =>
    fetch(`${base}/v1/chat/completions`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${await signGatewayToken(settings.home, claims)}`,
      },
      body: JSON.stringify({ model: found.name, messages, stream: true }),
    });
  return { model: found.name, ask };
}

/** Streams one answer to stdout and returns it whole. */
async function answer(ask: Ask, messages: readonly Message[]): Promise<string> {
  const response = await ask(messages);
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
      const event = JSON.parse(line.slice(6)) as {
        error?: { message?: string };
        choices?: { delta?: { content?: string } }[];
      };
      if (event.error) throw new UsageError(event.error.message ?? "The answer broke off. Send it again.");
      const text = event.choices?.[0]?.delta?.content ?? "";
      process.stdout.write(text);
      whole += text;
    }
  }
  print("");
  return whole;
}
