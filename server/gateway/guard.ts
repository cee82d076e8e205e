import type { MiddlewareHandler } from "hono";
import { isAllowedHost } from "../auth/allowed-host";
import { ApiError, errorBody } from "./errors";

export type Place = {
  /** What the gateway is bound to. */
  host: string;
  publicUrl: string | undefined;
  /** Origins of pages that may talk to it: Telar's own. */
  origins: readonly string[];
};

/** Refuses names that were pointed at this machine from outside, and pages of other sites. */
export function guard(place: Place): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header("host") ?? "";
    if (!isAllowedHost(host, place))
      return refuse(
        "host_not_allowed",
        "This name does not belong to the gateway. Use the address that Telar shows.",
      );
    const origin = c.req.header("origin");
    if (origin === undefined) return next();
    const own = URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
    if (!own && !place.origins.includes(origin))
      return refuse("origin_not_allowed", "Pages of other sites may not talk to this gateway.");
    const cors = {
      "access-control-allow-origin": origin,
      "access-control-allow-headers": "authorization, content-type, x-stainless-*",
      "access-control-allow-methods": "GET, POST, OPTIONS",
      "access-control-expose-headers": "retry-after, x-telar-ignored",
      vary: "origin",
    };
    if (c.req.method === "OPTIONS") {
      const asked = c.req.header("access-control-request-headers");
      return new Response(null, {
        status: 204,
        headers: { ...cors, ...(asked && { "access-control-allow-headers": asked }) },
      });
    }
    await next();
    for (const [name, value] of Object.entries(cors)) c.res.headers.set(name, value);
  };
}

const refuse = (code: string, message: string) =>
  Response.json(errorBody(new ApiError(403, code, message)), { status: 403 });
