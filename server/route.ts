/** Route handlers of the web app: each says by name what it does, and is called only for those who may. */
import { TRPCError } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { Failure } from "@/graph/problems";
import { failureSentence } from "@/messages/words";
import type { OpenAction, TeamAction } from "./access";
import { type Admitted, admit } from "./auth/admit";
import { admitKey } from "./auth/admit-key";
import { refuseForeign } from "./auth/refuse-foreign";
import { type Context, createContext } from "./context";
import { env } from "./env";
import { Refusal, STATUS_OF_FAILURE } from "./errors";

/** What Next gives a handler beside the request. */
type Place<P> = { params: Promise<P> };
type Asked<P, M> = Omit<Context, "member"> & { member: M; params: P };
type Answer<P, M> = (request: Request, asked: Asked<P, M>) => Promise<Response>;

/** What is refused, on its way out: the sentence is `failures.<reason>` in the messages. */
export type Refused = { status: number; reason: string; values: Refusal["values"] };
type Refuse = (refused: Refused) => Response;

/** A link that a person clicks names its team in the address: it can carry no header. */
const namedTeam = (request: Request) => new URL(request.url).searchParams.get("team") ?? undefined;

/** For members of the team. */
export const route = <P = object>(action: TeamAction, answer: Answer<P, Admitted>, refuse: Refuse = inJson) =>
  guarded(
    action,
    async (request: Request, { params }: Place<P>) => {
      const { headers } = request;
      const { member, ...parts } = await createContext({ headers, team: namedTeam(request) });
      return answer(request, { ...parts, member: admit(member, action), params: decoded(await params) });
    },
    refuse,
  );

/** For members of the team, and for programs with an API key of the team that may do this. */
export const programRoute = <P = object>(
  action: TeamAction,
  answer: Answer<P, { teamId: string }>,
  refuse: Refuse = inJson,
) =>
  guarded(
    action,
    async (request: Request, { params }: Place<P>) => {
      const { headers } = request;
      const { member, ...parts } = await createContext({ headers, team: namedTeam(request) });
      const admitted = (await admitKey(parts.pool, headers, action)) ?? admit(member, action);
      return answer(request, { ...parts, member: admitted, params: decoded(await params) });
    },
    refuse,
  );

/** For what needs no membership. */
export const openRoute = <A extends OpenAction, R extends Request>(
  action: A,
  handler: (request: R) => Promise<Response>,
) => guarded(action, handler, inJson);

/** Refusals become answers here, and what is ours to mend is logged whole and told briefly. */
function guarded<A, R extends Request, Rest extends unknown[]>(
  action: A,
  handler: (request: R, ...rest: Rest) => Promise<Response>,
  refuse: Refuse,
) {
  const guard = async (request: R, ...rest: Rest): Promise<Response> => {
    const foreign = refuseForeign(request, env());
    if (foreign) return foreign;
    try {
      return await handler(request, ...rest);
    } catch (error) {
      // Who hung up hears nothing.
      if (request.signal.aborted) return new Response(null, { status: 499 });
      return refuse(refusedBy(error));
    }
  };
  return Object.assign(guard, { action });
}

function refusedBy(error: unknown): Refused {
  if (error instanceof Refusal || error instanceof Failure) {
    const { reason, values } = error;
    const code = error instanceof Refusal ? error.status : STATUS_OF_FAILURE[error.code];
    return { status: getHTTPStatusCodeFromError(new TRPCError({ code })), reason, values };
  }
  // Next's own signals (not found, redirect) carry a digest.
  if (error instanceof Error && "digest" in error) throw error;
  console.error(error);
  return { status: 500, reason: "internal", values: {} };
}

/** Next gives parts of the address as they were written. @throws Refusal `address-malformed` */
function decoded<P>(params: P): P {
  const decode = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(decode) : typeof value === "string" ? decodePart(value) : value;
  return Object.fromEntries(
    Object.entries(params as object).map(([name, value]) => [name, decode(value)]),
  ) as P;
}

function decodePart(text: string): string {
  try {
    const part = decodeURIComponent(text);
    if (!part.includes("\0")) return part;
  } catch {
    // Not UTF-8 behind its percent signs.
  }
  throw new Refusal("BAD_REQUEST", "address-malformed");
}

export const inJson: Refuse = ({ status, reason, values }) =>
  Response.json({ reason, values, message: failureSentence(reason, values) }, { status });

/** For what a person opens by a link. */
export const inWords: Refuse = ({ status, reason, values }) =>
  new Response(`${failureSentence(reason, values)}\n`, { status });
