import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ChatTemplate, type SpecialTokens, type TemplateSource } from "@/engines/chat-template/chat-template";
import { foldSystem } from "@/engines/chat-template/message";
import { openGguf } from "@/engines/gguf/read";
import { tokenizerFromGguf } from "@/engines/gguf/tokenizer-from-gguf";
import { readTokenizerFiles } from "@/engines/tokenizer/read-files";
import { readTemplates } from "@/engines/tokenizer/read-templates";
import { Failure } from "@/graph/problems";

/**
 * Renders a first question with the instructions, as every request will: what the template refuses is said now and not
 * to each client. A model without a template answers plain prompts only.
 * `instructions`: whether requests may bring a system message.
 * @throws Failure `template-refuses-instructions`, `template-refuses`
 */
export async function tryTemplate(
  dir: string,
  { systemPrompt, foldInstructions }: { systemPrompt: string; foldInstructions: boolean },
): Promise<{ instructions: boolean }> {
  const { source, tokens } = await templateOf(dir);
  if (source === undefined) return { instructions: true };
  const render = (system: string): Failure | undefined => {
    const question = { role: "user", content: "Hello" };
    const messages = system ? [{ role: "system", content: system }, question] : [question];
    try {
      const template = new ChatTemplate(source, tokens);
      template.render(foldInstructions ? foldSystem(messages) : messages, { addGenerationPrompt: true });
      return undefined;
    } catch (error) {
      if (!(error instanceof Failure) || error.reason !== "chat-template") throw error;
      return error;
    }
  };
  const refused = render(systemPrompt);
  if (!refused) return { instructions: render("Be brief.") === undefined };
  const reason = systemPrompt && !foldInstructions ? "template-refuses-instructions" : "template-refuses";
  throw new Failure("INVALID_INPUT", reason, { why: String(refused.values.why) }, { cause: refused });
}

async function templateOf(
  dir: string,
): Promise<{ source: TemplateSource | undefined; tokens: SpecialTokens }> {
  const has = async (name: string) => (await stat(join(dir, name)).catch(() => undefined))?.isFile() ?? false;
  if (await has("tokenizer.json")) {
    const { templates, special } = await readTokenizerFiles(dir);
    if (templates !== undefined) return { source: templates, tokens: special };
  }
  if (!(await has("model.gguf"))) return { source: await readTemplates(dir), tokens: {} };
  const file = await openGguf(join(dir, "model.gguf"));
  try {
    const source = file.metadata.string("tokenizer.chat_template") ?? (await readTemplates(dir));
    const { config } = tokenizerFromGguf(file);
    const tokens = Object.entries(config).filter(
      (entry): entry is [string, string] => entry[0].endsWith("_token") && typeof entry[1] === "string",
    );
    return { source, tokens: Object.fromEntries(tokens) };
  } finally {
    await file.close();
  }
}
