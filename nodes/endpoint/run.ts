import { writeEndpoint } from "@/engines/serving/endpoint-file";
import { Failure } from "@/graph/problems";
import { defineRunner } from "@/graph/runner";
import { endpoint, parseUrl } from "./definition";

export default defineRunner(endpoint, async ({ params, ctx }) => {
  const { slug, url, model, apiKey, keyHeader, privateNetwork, timeoutSeconds } = params;
  const parsed = parseUrl(url);
  if (!parsed) throw new Failure("INVALID_INPUT", "url-unreadable", {});
  const folder = await ctx.artifacts.open("endpoint");
  await writeEndpoint(folder.dir, {
    kind: "openai",
    slug,
    url,
    model,
    ...(apiKey && { apiKey }),
    ...(keyHeader.toLowerCase() !== "authorization" && { keyHeader }),
    privateNetwork,
    timeoutSeconds,
  });
  return { endpoint: folder.seal({ slug, model, server: parsed.host }) };
});
