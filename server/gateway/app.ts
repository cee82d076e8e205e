/** The gateway as one request handler. */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { asks } from "./caller";
import { chainRoutes } from "./chains";
import { ApiError, errorBody, toApiError } from "./errors";
import { getPath } from "./get-path";
import { guard } from "./guard";
import { limits } from "./limits";
import { openAiRoutes } from "./openai-routes";
import type { ApiEnv, GatewayParts } from "./parts";

/** The outermost app, and beneath it the parts that `outerRoutes` hands requests to. */
export type GatewayApps = { outer: Hono<ApiEnv>; api: Hono<ApiEnv>; chains: Hono<ApiEnv> };

export const createGatewayApp = (parts: GatewayParts): Hono<ApiEnv> => gatewayApps(parts).outer;

export function gatewayApps(parts: GatewayParts): GatewayApps {
  const api = openAiRoutes(parts);
  const chains = chainRoutes(parts, api);
  return { outer: outerRoutes(parts, api, chains), api, chains };
}

function outerRoutes(parts: GatewayParts, api: Hono<ApiEnv>, chains: Hono<ApiEnv>): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>({ getPath });

  app.use("*", guard(parts.place));
  app.get("/health", asks("health.read"), (c) => c.json({ status: "ok", instance: parts.instance }));
  app.use("*", async (c, next) => {
    c.env = { ...c.env, caller: await parts.whoCalls(c.req.raw) };
    return next();
  });
  app.use(
    "*",
    bodyLimit({
      maxSize: limits.bodyBytes,
      onError: () => {
        const message = `The request is larger than ${limits.bodyBytes / 1e6} MB.`;
        return Response.json(errorBody(new ApiError(413, "request_too_large", message)), { status: 413 });
      },
    }),
  );
  app.get("/metrics", asks("metrics.read"), async (c) => {
    const { registry } = parts.metrics;
    const text = ofTeam(await registry.metrics(), await parts.modelPrefix(c.env.caller));
    return new Response(text, { headers: { "content-type": registry.contentType } });
  });
  app.all("/chains", (c) => chains.fetch(c.req.raw, c.env));
  app.all("/chains/*", (c) => chains.fetch(c.req.raw, c.env));
  app.all("*", (c) => api.fetch(c.req.raw, c.env));
  app.onError((error) => {
    const shown = toApiError(error);
    if (shown.status >= 500) parts.log("error", "A request failed.", { error: error.stack });
    return Response.json(errorBody(shown), { status: shown.status });
  });
  return app;
}

/** Without the lines that name models of other teams. */
function ofTeam(text: string, prefix: string): string {
  if (prefix === "") return text;
  const foreign = (line: string) => {
    const model = /[{,]model="([^"]*)"/.exec(line)?.[1];
    return model !== undefined && model !== "" && !model.startsWith(prefix);
  };
  return text
    .split("\n")
    .filter((line) => !foreign(line))
    .join("\n");
}
