import type { HostileRow } from "../row";
import { refusal } from "../system";

const post = (body: string) => ({ method: "POST", headers: { "content-type": "application/json" }, body });

export const rows: readonly HostileRow[] = [
  {
    what: "half a JSON body",
    send: async (system) =>
      refusal(await system.gateway("/v1/chat/completions", post('{"model":"served","mess'))),
    answer: {
      status: 400,
      error: {
        code: "invalid_json",
        message: "The body is not JSON. Check its quotes, commas and braces.",
        param: null,
        type: "invalid_request_error",
      },
    },
  },
];
