import { Hono } from "hono";
import { answer, embed } from "./answer";
import { asks } from "./caller";
import { ApiError, errorBody, toApiError } from "./errors";
import { getPath } from "./get-path";
import type { ApiEnv, GatewayParts, ServedRow } from "./parts";

/** The client went away before the answer began; nobody reads this. */
const CLIENT_CLOSED = 499;

/** `/v1` as OpenAI has it, for callers who are let in already. */
export function openAiRoutes(parts: GatewayParts): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>({ getPath });

  api.use("*", async (c, next) => {
    const since = performance.now();
    await next();
    const model = c.get("model") ?? "";
    const route = c.req.routePath.startsWith("/v1/") ? c.req.routePath : c.req.path;
    const known = ROUTES.has(route) ? route : "other";
    parts.metrics.requests.inc({ route: known, model, status: String(c.res.status) });
    parts.metrics.seconds.observe({ route: known, model }, (performance.now() - since) / 1000);
  });

  api.get("/v1/models", asks("model.list"), async (c) => {
    const rows = await parts.listDeployments(c.env.caller);
    return c.json({
      object: "list",
      data: rows.filter(({ desired }) => desired !== "STOPPED").map(modelObject),
    });
  });
  api.get("/v1/models/:name{.+}", asks("model.list"), async (c) => {
    const name = c.req.param("name");
    const row = await parts.findDeployment(name, c.env.caller);
    if (!row)
      throw new ApiError(404, "model_not_found", `There is no deployment named \`${name}\`.`, "model");
    return c.json(modelObject(row));
  });
  api.post("/v1/chat/completions", asks("model.use"), (c) => answer(parts, c, "chat"));
  api.post("/v1/completions", asks("model.use"), (c) => answer(parts, c, "completions"));
  api.post("/v1/embeddings", asks("model.use"), (c) => embed(parts, c));

  api.notFound((c) => {
    const allowed = METHODS.find(([path]) => path.test(c.req.path))?.[1];
    if (allowed) {
      const message = `${c.req.path} takes ${allowed} and not ${c.req.method}.`;
      const error = new ApiError(405, "method_not_allowed", message, null, { allow: allowed });
      return Response.json(errorBody(error), { status: error.status, headers: error.headers });
    }
    const message = `There is no ${c.req.method} ${c.req.path}. GET /v1/models, POST /v1/chat/completions, /v1/completions and /v1/embeddings are served.`;
    return Response.json(errorBody(new ApiError(404, "unknown_url", message)), { status: 404 });
  });
  api.onError((error, c) => {
    if (c.req.raw.signal.aborted) return new Response(null, { status: CLIENT_CLOSED });
    const shown = parts.closing.aborted
      ? new ApiError(503, "gateway_stopping", "The gateway is stopping. Send again in a few seconds.")
      : toApiError(error);
    if (shown.status >= 500)
      parts.log("error", "A request failed.", {
        path: c.req.path,
        model: c.get("model"),
        error: error.stack,
      });
    return Response.json(errorBody(shown), { status: shown.status, headers: shown.headers });
  });
  return api;
}

const ROUTES: ReadonlySet<string> = new Set([
  "/v1/models",
  "/v1/models/:name{.+}",
  "/v1/chat/completions",
  "/v1/completions",
  "/v1/embeddings",
]);

const METHODS: readonly (readonly [RegExp, string])[] = [
  [/^\/v1\/models(\/.+)?$/, "GET"],
  [/^\/v1\/(chat\/completions|completions|embeddings)$/, "POST"],
];

function modelObject({ name, updatedAt, contextLength }: ServedRow) {
  return {
    id: name,
    object: "model",
    created: Math.floor(updatedAt.getTime() / 1000),
    owned_by: "telar",
    ...(contextLength && { context_length: contextLength }),
  };
}
