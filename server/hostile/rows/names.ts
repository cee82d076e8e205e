import type { HostileRow } from "../row";
import { call } from "./drafts";

const field = (name: string) => ({ status: 400, json: { reason: "bad-field", values: { field: name } } });
const text = (name: string) => ({ status: 400, json: { reason: "graph-text", values: { field: name } } });
const gone = (reason: string, values = {}) => ({ status: 404, json: { reason, values } });

const ASKED: [what: string, procedure: string, input: unknown, answer: object, method?: "GET"][] = [
  ["NUL in the id of a graph", "graphs.get", { id: "a\0b" }, text("id"), "GET"],
  ["half a character in a name", "graphs.create", { from: "nothing", name: "x\ud800" }, text("name")],
  ["__proto__ as the id of a run", "runs.get", { id: "__proto__" }, gone("run-not-found"), "GET"],
  [
    "toString as a kind",
    "graphs.probe",
    { kind: "toString", params: {} },
    { status: 400, json: { reason: "kind-unknown", values: { kind: "toString" } } },
    "GET",
  ],
  [
    "constructor as the name of an example",
    "graphs.create",
    { from: "example", example: "constructor" },
    gone("example-not-found", { name: "constructor" }),
  ],
  [
    "a path out of the examples",
    "graphs.create",
    { from: "example", example: "../package" },
    gone("example-not-found", { name: "../package" }),
  ],
  ["a number beyond the database's", "graphs.version", { id: "x", number: 2 ** 31 }, field("number"), "GET"],
  ["half a number", "runs.list", { limit: 1.5 }, field("limit"), "GET"],
  ["a negative place in a list", "runs.list", { offset: -1 }, field("offset"), "GET"],
  ["a name of 1 MB", "graphs.create", { from: "nothing", name: "n".repeat(1_000_000) }, field("name")],
  [
    "parameters 100 lists deep",
    "runs.startApp",
    { graphId: "x", overrides: { "a.b": JSON.parse(`${"[".repeat(100)}${"]".repeat(100)}`) } },
    {
      status: 400,
      json: { reason: "graph-too-deep", values: { field: `overrides.a.b${".0".repeat(63)}`, limit: 64 } },
    },
  ],
  [
    "hasOwnProperty as a deployment",
    "deployments.stop",
    { slug: "hasOwnProperty" },
    gone("deployment-not-found", { slug: "hasOwnProperty" }),
  ],
  [
    "turned text as a deployment",
    "deployments.start",
    { slug: "\u202Edeyolped" },
    gone("deployment-not-found", { slug: "\u202Edeyolped" }),
  ],
];

export const rows: readonly HostileRow[] = [
  ...ASKED.map(([what, procedure, input, answer, method]) => ({
    what,
    send: (system: Parameters<HostileRow["send"]>[0]) => call(system, procedure, input, method),
    answer,
  })),
  {
    what: "51 calls in one request",
    send: async (system) => {
      const names = Array.from({ length: 51 }, () => "me").join(",");
      const response = await system.web(`/api/trpc/${names}?batch=1`);
      return { status: response.status, json: await response.json() };
    },
    answer: {
      status: 400,
      json: {
        reason: "request-too-many",
        values: { count: 51, limit: 50 },
        message: "51 calls in one request are too many; 50 are allowed. Send them in several.",
      },
    },
  },
  {
    what: "a procedure called __proto__",
    send: async (system) => (await call(system, "graphs.__proto__", {})).status,
    answer: 404,
  },
];
