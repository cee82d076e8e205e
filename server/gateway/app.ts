/** The gateway as one request handler. */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { chainRoutes } from "./chains";
import { ApiError, errorBody } from "./errors";
import { guard } from "./guard";
import { limits } from "./limits";
import { openAiRoutes } from "./openai-routes";
import type { Caller, GatewayParts } from "./parts";

type OuterEnv = { Variables: { caller: Caller } };

export function createGatewayApp(parts: GatewayParts): Hono<OuterEnv> {
  const api = openAiRoutes(parts);
  const chains = chainRoutes(parts, api);
  const app = new Hono<OuterEnv>();

  app.use("*", guard(parts.place));
  app.get("/health", (c) => c.json({ status: "ok" }));
  app.use("*", async (c, next) => {
    const caller = parts.authenticate ? await parts.authenticate(c.req.raw) : {};
    if (!caller) {
      const message = "Give a Telar API key: `Authorization: Bearer …`.";
      return Response.json(errorBody(new ApiError(401, "invalid_api_key", message)), { status: 401 });
    }
    c.set("caller", caller);
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
  app.get("/metrics", async () => {
    const { registry } = parts.metrics;
    return new Response(await registry.metrics(), { headers: { "content-type": registry.contentType } });
  });
  app.all("/chains", (c) => chains.fetch(c.req.raw, { caller: c.get("caller") }));
  app.all("/chains/*", (c) => chains.fetch(c.req.raw, { caller: c.get("caller") }));
  app.all("*", (c) => api.fetch(c.req.raw, { caller: c.get("caller") }));
  return app;
}
