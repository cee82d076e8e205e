/** Route handlers of the web app: each says by name what it does, and is called only for those who may. */
import { TRPCError } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { failureSentence } from "@/messages/words";
import type { OpenAction, TeamAction } from "./access";
import { type Admitted, admit } from "./auth/admit";
import { type Context, createContext } from "./context";
import { Refusal, shownValues } from "./errors";
import { fullDisk, isDiskFull } from "./full-disk";

/** What Next gives a handler beside the request. */
type Place<P> = { params: Promise<P> };
type Asked<P> = Omit<Context, "member"> & { member: Admitted; params: P };

/** A link that a person clicks names its team in the address: it can carry no header. */
const namedTeam = (request: Request) => new URL(request.url).searchParams.get("team") ?? undefined;

export function route<P = object>(
  action: TeamAction,
  answer: (request: Request, asked: Asked<P>) => Promise<Response>,
  refuse: (refusal: Refusal) => Response = refuseInJson,
) {
  const handler = async (request: Request, { params }: Place<P>): Promise<Response> => {
    try {
      const { headers } = request;
      const asking = { headers, team: namedTeam(request) };
      const { member, ...parts } = await createContext(asking);
      const admitted = admit(member, action);
      const answered = await answer(request, { ...parts, member: admitted, params: await params });
      return isLong(answered) ? parts.streams.hold(answered, asking, admitted) : answered;
    } catch (error) {
      if (error instanceof Refusal) return refuse(error);
      // An address with half a percent sign.
      if (error instanceof URIError) return refuse(new Refusal("BAD_REQUEST", "bad-request"));
      if (isDiskFull(error)) {
        const { reason, values } = fullDisk(error);
        return refuse(new Refusal("SERVICE_UNAVAILABLE", reason, values));
      }
      console.error(error);
      return refuse(new Refusal("INTERNAL_SERVER_ERROR", "internal"));
    }
  };
  return Object.assign(handler, { action });
}

/** What may go on for long: an event stream, a download. */
export const isLong = ({ headers }: Response) =>
  !/^application\/json\b/.test(headers.get("content-type") ?? "");

/** For what needs no membership. */
export const openRoute = <A extends (...args: never[]) => Promise<Response>>(
  action: OpenAction,
  handler: A,
) => Object.assign(handler, { action });

const statusOf = ({ status }: Refusal) => getHTTPStatusCodeFromError(new TRPCError({ code: status }));

export const refuseInJson = (refusal: Refusal) =>
  Response.json(
    { reason: refusal.reason, values: shownValues(refusal.values) },
    { status: statusOf(refusal) },
  );

/** For what a person opens by a link. */
export const inWords = (refusal: Refusal) =>
  new Response(`${failureSentence(refusal.reason, shownValues(refusal.values))}\n`, {
    status: statusOf(refusal),
  });
