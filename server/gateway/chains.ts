import { Hono } from "hono";
import { z } from "zod";
import { asks, type Caller, withinTeam } from "./caller";
import { createChannel } from "./channel";
import { ApiError, errorBody, toApiError } from "./errors";
import { eventStream } from "./event-stream";
import { getPath } from "./get-path";
import type { ApiEnv, GatewayParts } from "./parts";
import { parseBody, readJson } from "./read-body";
import { type ChainCall, chainInput, runChain } from "./run-chain";

const callSchema = z.object({ input: z.unknown(), stream: z.boolean().nullish() });

/** `/chains`: those there are, and running one with `{ "input": { … } }`. */
export function chainRoutes(parts: GatewayParts, api: Hono<ApiEnv>): Hono<ApiEnv> {
  const chains = new Hono<ApiEnv>({ getPath });
  const find = async (name: string, caller: Caller) => {
    const chain = await parts.findChain(name, caller);
    if (chain) return chain;
    const message = `There is no chain named \`${name}\`. GET /chains lists those there are.`;
    throw new ApiError(404, "chain_not_found", message);
  };

  chains.get("/chains", asks("model.list"), async (c) =>
    c.json({ object: "list", data: await parts.listChains(c.env.caller) }),
  );
  chains.get("/chains/:name{.+}", asks("model.list"), async (c) =>
    c.json(await find(c.req.param("name"), c.env.caller)),
  );
  chains.post("/chains/:name{.+}", asks("model.use"), async (c) => {
    const caller = c.env.caller;
    const body = parseBody(await readJson(c.req.raw), callSchema);
    const chain = await find(c.req.param("name"), caller);
    const stop = new AbortController();
    const call: ChainCall = {
      chain,
      input: chainInput(chain, body.input),
      fetch: async (url, init) => api.fetch(new Request(url, init), { caller: withinTeam(caller) }),
      signal: AbortSignal.any([stop.signal, c.req.raw.signal, parts.closing]),
    };
    if (!body.stream) return c.json(await runChain(call).catch(asApiError));
    const pieces = createChannel<unknown, void>();
    runChain({ ...call, onText: (delta) => pieces.push({ delta }) })
      .catch(asApiError)
      .then((answer) => {
        pieces.push(answer);
        pieces.end();
      })
      .catch(pieces.fail);
    return eventStream(pieces.read(), {
      onCancel: () => stop.abort(),
      onError: (error) =>
        parts.log("warn", "A chain broke off.", { chain: chain.slug, error: String(error) }),
    });
  });
  chains.onError((error, c) => {
    const shown = toApiError(error);
    if (shown.status >= 500 && !c.req.raw.signal.aborted)
      parts.log("error", "A chain failed.", { path: c.req.path, error: error.stack });
    return Response.json(errorBody(shown), { status: shown.status });
  });
  return chains;
}

/** What the gateway's own `/v1` refused comes back through LangChain as an error of OpenAI's client. */
function asApiError(error: unknown): never {
  const { status, error: body } = error as {
    status?: unknown;
    error?: { message?: string; code?: string; param?: string };
  };
  if (typeof status === "number" && body?.message)
    throw new ApiError(status as 400, body.code ?? "internal_error", body.message, body.param ?? null);
  throw error;
}
