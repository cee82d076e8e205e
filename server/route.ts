/** Route handlers of the web app: each says by name what it does, and is called only for those who may. */
import { TRPCError } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { Failure } from "@/graph/problems";
import { failureSentence } from "@/messages/words";
import type { OpenAction, TeamAction } from "./access";
import { type Admitted, admit } from "./auth/admit";
import { admitKey } from "./auth/admit-key";
import { guardApi } from "./auth/guard-api";
import { type Context, createContext } from "./context";
import { Refusal, STATUS_OF_FAILURE, shownValues } from "./errors";
import { fullDisk, isDiskFull } from "./full-disk";

/** What Next gives a handler beside the request. */
type Place<P> = { params: Promise<P> };
type Asked<P, M> = Omit<Context, "member"> & { member: M; params: P };
type Answer<P, M> = (request: Request, asked: Asked<P, M>) => Promise<Response>;
type Refuse = (refusal: Refusal, status?: number) => Response;

/** A link that a person clicks names its team in the address: it can carry no header. */
const namedTeam = (request: Request) => new URL(request.url).searchParams.get("team") ?? undefined;

/** For members of the team. */
export function route<P = object>(
  action: TeamAction,
  answer: Answer<P, Admitted>,
  refuse: Refuse = refuseInJson,
) {
  const handler = async (request: Request, { params }: Place<P>): Promise<Response> => {
    const asking = { headers: request.headers, team: namedTeam(request) };
    const { member, ...parts } = await createContext(asking);
    const admitted = admit(member, action);
    const answered = await answer(request, { ...parts, member: admitted, params: decoded(await params) });
    return isLong(answered) ? parts.streams.hold(answered, asking, admitted) : answered;
  };
  return guarded(action, handler, refuse);
}

/** For members of the team, and for programs with an API key of the team that may do this. */
export function programRoute<P = object>(
  action: TeamAction,
  answer: Answer<P, { teamId: string }>,
  refuse: Refuse = refuseInJson,
) {
  const handler = async (request: Request, { params }: Place<P>): Promise<Response> => {
    const asking = { headers: request.headers, team: namedTeam(request) };
    const { member, ...parts } = await createContext(asking);
    const admitted = (await admitKey(parts.pool, request.headers, action)) ?? admit(member, action);
    return answer(request, { ...parts, member: admitted, params: decoded(await params) });
  };
  return guarded(action, handler, refuse);
}

/** What may go on for long: an event stream, a download. */
export const isLong = ({ headers }: Response) =>
  !/^application\/json\b/.test(headers.get("content-type") ?? "");

/** For what needs no membership. */
export const openRoute = <A extends (...args: never[]) => Promise<Response>>(
  action: OpenAction,
  handler: A,
) => Object.assign(handler, { action });

/** Refusals become answers here; what is ours to mend is logged whole and told briefly. */
function guarded<P>(
  action: TeamAction,
  handler: (request: Request, place: Place<P>) => Promise<Response>,
  refuse: Refuse,
) {
  const guard = (request: Request, place: Place<P>) =>
    guardApi(request, async () => {
      try {
        return await handler(request, place);
      } catch (error) {
        // Who hung up hears nothing.
        if (request.signal.aborted) return new Response(null, { status: 499 });
        return refuse(refusalOf(error));
      }
    });
  return Object.assign(guard, { action });
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof Failure) return new Refusal(STATUS_OF_FAILURE[error.code], error.reason, error.values);
  // A part of the address with half a percent sign.
  if (error instanceof URIError) return new Refusal("BAD_REQUEST", "bad-request");
  if (isDiskFull(error)) {
    const { reason, values } = fullDisk(error);
    return new Refusal("SERVICE_UNAVAILABLE", reason, values);
  }
  console.error(error);
  return new Refusal("INTERNAL_SERVER_ERROR", "internal");
}

/** Next gives parts of the address as they were written, and none for an address without such parts. `guardApi` has seen that they can be read. */
function decoded<P>(params: P): P {
  const decode = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(decode) : typeof value === "string" ? decodeURIComponent(value) : value;
  return Object.fromEntries(Object.entries(params ?? {}).map(([name, value]) => [name, decode(value)])) as P;
}

const statusOf = ({ status }: Refusal) => getHTTPStatusCodeFromError(new TRPCError({ code: status }));

/** `status`: for what tRPC has no code for. */
export function refuseInJson(refusal: Refusal, status = statusOf(refusal)): Response {
  const values = shownValues(refusal.values);
  const { reason } = refusal;
  return Response.json({ reason, values, message: failureSentence(reason, values) }, { status });
}

/** For what a person opens by a link. */
export const inWords = (refusal: Refusal) =>
  new Response(`${failureSentence(refusal.reason, shownValues(refusal.values))}\n`, {
    status: statusOf(refusal),
  });
