/**
 * Formats of texts as patterns, narrower than the standards: each text that fits the pattern is of the format. The grammar
 * is made from the pattern; answers are checked with it too.
 */
import { core } from "zod";

const DAY =
  "\\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)|02-(0[1-9]|1\\d|2[0-8]))";
const CLOCK = "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?";
const ZONE = "(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)";
const LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const HOST = `(${LABEL}\\.)+[a-z]{2,12}`;
const WORD = "[A-Za-z0-9_+-]+";
const BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const HEX = "[0-9a-f]";
const URL_TAIL = "(/[A-Za-z0-9._~-]+)*/?(\\?[A-Za-z0-9._~=&-]+)?(#[A-Za-z0-9._~-]+)?";

const SOURCES = {
  base64: "([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
  date: DAY,
  time: `${CLOCK}${ZONE}`,
  "date-time": `${DAY}T${CLOCK}${ZONE}`,
  duration:
    "P(\\d{1,4}D|\\d{1,4}W|(\\d{1,4}D)?T(\\d{1,4}H(\\d{1,4}M)?(\\d{1,4}S)?|\\d{1,4}M(\\d{1,4}S)?|\\d{1,4}S))",
  email: `${WORD}(\\.${WORD})*@${HOST}`,
  hostname: `${LABEL}(\\.${LABEL}){0,3}`,
  ipv4: `${BYTE}(\\.${BYTE}){3}`,
  ipv6: `(${HEX}{1,4}:){7}${HEX}{1,4}`,
  uri: `https?://${HOST}${URL_TAIL}`,
  uuid: `${HEX}{8}-${HEX}{4}-[1-8]${HEX}{3}-[89ab]${HEX}{3}-${HEX}{12}`,
};

const ALIASES = {
  "idn-email": "email",
  "idn-hostname": "hostname",
  iri: "uri",
  "uri-reference": "uri",
  url: "uri",
};

/** The anchored pattern of each format. */
export const FORMATS: ReadonlyMap<string, string> = new Map([
  ...Object.entries(SOURCES).map(([name, source]) => [name, `^(?:${source})$`] as const),
  ...Object.entries(ALIASES).map(
    ([name, other]) => [name, `^(?:${SOURCES[other as keyof typeof SOURCES]})$`] as const,
  ),
]);

/** Said for people and editors; any text has them. */
export const FREE_FORMATS: ReadonlySet<string> = new Set([
  "password",
  "textarea",
  "markdown",
  "binary",
  "byte",
]);

/** Of numbers, as OpenAPI has them: bounds. Those of 64 bits are wider than what a number in JSON holds exactly. */
export const NUMBER_FORMATS: ReadonlyMap<string, readonly [number, number] | undefined> = new Map([
  ["int32", [-(2 ** 31), 2 ** 31 - 1]],
  ["uint8", [0, 255]],
  ["uint16", [0, 65_535]],
  ["uint32", [0, 2 ** 32 - 1]],
  ["uint64", [0, Number.MAX_SAFE_INTEGER]],
  ["uint", [0, Number.MAX_SAFE_INTEGER]],
  ["int64", undefined],
  ["float", undefined],
  ["double", undefined],
]);

/** What an answer is checked with: as wide as the standard. */
export const FORMAT_CHECKS: ReadonlyMap<string, (text: string) => boolean> = new Map(
  [...FORMATS].map(([name, source]) => {
    const wide = zodPattern(name) ?? new RegExp(source, "u");
    const isUri = name === "uri" || name === "iri" || name === "url";
    return [name, isUri ? (text: string) => URL.canParse(text) : (text: string) => wide.test(text)];
  }),
);

/** zod writes its own pattern beside a format: whatever fits it is of the format. */
export function impliesFormat(pattern: string, format: string): boolean {
  if (format === "date-time") return pattern.startsWith(core.regexes.date.source.slice(0, -1));
  return zodPattern(format)?.source === pattern;
}

function zodPattern(format: string): RegExp | undefined {
  if (format === "uuid") return core.regexes.uuid();
  const known: unknown = Object.hasOwn(core.regexes, format) ? core.regexes[format as "email"] : undefined;
  return known instanceof RegExp ? known : undefined;
}
