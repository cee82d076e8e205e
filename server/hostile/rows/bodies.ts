import type { HostileRow } from "../row";
import { refusal } from "../system";

const post = (body: string) => ({ method: "POST", headers: { "content-type": "application/json" }, body });

const schema = (schema: object) => ({
  response_format: { type: "json_schema", json_schema: { name: "x", schema } },
});
let deep: object = { type: "string" };
for (let i = 0; i < 80; i++) deep = { type: "object", properties: { a: deep } };

const refused: [what: string, over: object, status: number, says: string][] = [
  [
    "12,000 messages",
    { messages: Array.from({ length: 12_000 }, () => ({ role: "user", content: "x" })) },
    400,
    "`messages` has 12,000 entries, and may have at most 8,192.",
  ],
  [
    "a role that nobody has",
    { messages: [{ role: "wizard", content: "x" }] },
    400,
    '`messages.0.role` is "wizard", and must be one of system, developer, user, assistant, tool, function.',
  ],
  ["a message that is a list", { messages: [[1]] }, 400, "`messages.0` is a list, and must be an object."],
  ["a temperature of 10^30", { temperature: 1e30 }, 400, "`temperature` is 1e+30, and must be at most 2."],
  [
    "a limit of tokens in words",
    { max_tokens: "many" },
    400,
    "`max_tokens` is a text, and must be a number.",
  ],
  [
    "an enum of 20,000 values",
    schema({ enum: Array.from({ length: 20_000 }, (_, i) => `v${i}`) }),
    400,
    "The JSON Schema is too large: more than 1,000 values in its enums. Make it smaller.",
  ],
  [
    "a schema 80 objects deep",
    schema(deep),
    400,
    "The JSON Schema is too large: more than 64 levels. Make it smaller.",
  ],
  [
    "a schema that refers to itself and nothing else",
    schema({ $ref: "#" }),
    400,
    "No answer can fit the JSON Schema at #, because of $ref.",
  ],
  [
    "a schema that wants what cannot be",
    schema({ type: "integer", minimum: 5, maximum: 1 }),
    400,
    "No answer can fit the JSON Schema at #, because of minimum.",
  ],
  [
    "a schema elsewhere",
    schema({ $ref: "http://127.0.0.1/schema.json" }),
    400,
    "The JSON Schema refers at # to http://127.0.0.1/schema.json, which is not in it. Only references to its own parts, such as #/$defs/Name, are followed.",
  ],
  [
    "fifty answers at once",
    { n: 50 },
    400,
    "`n` is not supported with this value. One answer is made for a request. Send the request again for another.",
  ],
  [
    "a name with __proto__ for the model",
    { model: "__proto__" },
    404,
    "There is no deployment named `__proto__`. GET /v1/models lists those there are.",
  ],
];

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
  ...refused.map(
    ([what, over, status, says]): HostileRow => ({
      what,
      async send(system) {
        const body = { model: await system.served(), messages: [{ role: "user", content: "Hi" }], ...over };
        const { status, error } = await refusal(
          await system.gateway("/v1/chat/completions", post(JSON.stringify(body))),
        );
        return { status, says: (error as { message?: string }).message };
      },
      answer: { status, says },
    }),
  ),
];
