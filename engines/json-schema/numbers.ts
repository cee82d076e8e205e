/** Decimal numbers between bounds, as a grammar of their digits. */
import { choice, literal } from "./gbnf";

export type Bound = { value: number; exclusive: boolean };
export type NumberRange = { lower?: Bound | undefined; upper?: Bound | undefined };

/** Digits of what a double holds exactly. */
const DIGITS = 16;
const HUGE = 10 ** (DIGITS - 1);
const FREE = `("0" | [1-9] [0-9]{0,${DIGITS - 1}})`;

/** A number's digits before and after the point, without zeros at the end. */
type Decimal = { whole: bigint; fraction: string };

/** Undefined when there is none. `places`: digits after the point at most. */
export function numberBetween(range: NumberRange, places: number): string | undefined {
  const lower = range.lower && range.lower.value <= -HUGE ? undefined : range.lower;
  const upper = range.upper && range.upper.value >= HUGE ? undefined : range.upper;
  if (!lower && !upper) {
    const exponent = places === DIGITS ? ` ([eE] [-+]? [0-9]{1,2})?` : "";
    return `"-"? ${FREE}${anyFraction(places)}${exponent}`;
  }
  if ((lower && lower.value > HUGE) || (upper && upper.value < -HUGE)) return undefined;
  const options = [
    // Zero belongs to those that are not negative.
    upper && upper.value < 0
      ? undefined
      : magnitude(lower && lower.value >= 0 ? lower : { value: 0, exclusive: false }, upper, places),
    lower && lower.value >= 0
      ? undefined
      : withSign(
          magnitude(
            upper && upper.value <= 0 ? { ...upper, value: -upper.value } : { value: 0, exclusive: true },
            lower && { ...lower, value: -lower.value },
            places,
          ),
        ),
  ].filter((option) => option !== undefined);
  return options.length ? choice(options) : undefined;
}

const withSign = (body: string | undefined) => (body === undefined ? undefined : `"-" ${body}`);

/** Not negative, from the lower to the upper bound. */
function magnitude(lower: Bound, upper: Bound | undefined, places: number): string | undefined {
  if (
    upper &&
    (upper.value < lower.value || (upper.value === lower.value && (upper.exclusive || lower.exclusive)))
  )
    return undefined;
  const from = decimal(lower.value);
  const to = upper && decimal(upper.value);
  if (to && from.whole === to.whole) {
    const part = fractionBetween(from.fraction, lower.exclusive, to.fraction, upper!.exclusive, places);
    return part === undefined ? undefined : join(literal(String(from.whole)), part);
  }
  const options = [
    withFraction(from.whole, above(from.fraction, lower.exclusive, places)),
    ...between(from.whole + 1n, to ? to.whole - 1n : undefined).map((digits) =>
      join(digits, anyFraction(places)),
    ),
    to && withFraction(to.whole, below(to.fraction, upper!.exclusive, places)),
  ].filter((option) => option !== undefined);
  return options.length ? choice(options) : undefined;
}

const join = (digits: string, fraction: string) =>
  fraction === "" ? digits : `${digits} ${fraction.trim()}`;
const withFraction = (whole: bigint, fraction: string | undefined) =>
  fraction === undefined ? undefined : join(literal(String(whole)), fraction);

function decimal(value: number): Decimal {
  const text = Math.abs(value).toLocaleString("en", { useGrouping: false, maximumFractionDigits: 20 });
  const exact = /e/i.test(String(value)) ? text : String(Math.abs(value));
  const [whole = "0", fraction = ""] = exact.split(".");
  return { whole: BigInt(whole), fraction: fraction.replace(/0+$/, "") };
}

/** Whole numbers, both ends within. */
function between(from: bigint, to: bigint | undefined): string[] {
  const last = to ?? 10n ** BigInt(DIGITS) - 1n;
  if (from > last) return [];
  const options: string[] = [];
  for (let length = String(from).length; length <= String(last).length; length++) {
    const least = length === 1 ? 0n : 10n ** BigInt(length - 1);
    const most = 10n ** BigInt(length) - 1n;
    const low = from > least ? from : least;
    const high = last < most ? last : most;
    options.push(sameLength(String(low), String(high)));
  }
  return options;
}

const digits = (from: number, to: number) => (from === to ? `"${from}"` : `[${from}-${to}]`);
const any = (count: number) => (count === 0 ? "" : count === 1 ? " [0-9]" : ` [0-9]{${count}}`);

function sameLength(low: string, high: string): string {
  if (low === high) return literal(low);
  const a = Number(low[0]);
  const b = Number(high[0]);
  const rest = low.length - 1;
  if (/^0*$/.test(low.slice(1)) && /^9*$/.test(high.slice(1))) return `${digits(a, b)}${any(rest)}`;
  if (a === b) return `"${a}" ${sameLength(low.slice(1), high.slice(1))}`;
  const options = [`"${a}" ${sameLength(low.slice(1), "9".repeat(rest))}`];
  if (a + 1 < b) options.push(`${digits(a + 1, b - 1)}${any(rest)}`);
  options.push(`"${b}" ${sameLength("0".repeat(rest), high.slice(1))}`);
  return `(${options.join(" | ")})`;
}

const upTo = (item: string, places: number) => (places <= 0 ? "" : `${item}{0,${places}}`);
const anyFraction = (places: number) =>
  places <= 0 ? "" : ` ("." [0-9]${places > 1 ? `{1,${places}}` : ""})?`;

/** Digits after the point that are at least these; undefined when there are none. */
function atLeast(wanted: string, exclusive: boolean, places: number): string | undefined {
  if (wanted === "" && !exclusive) return upTo("[0-9]", places) || '""';
  if (places <= 0) return undefined;
  if (wanted === "") return `${upTo('"0"', places - 1)} [1-9] ${upTo("[0-9]", places - 1)}`.trim();
  const first = Number(wanted[0]);
  const more = atLeast(wanted.slice(1), exclusive, places - 1);
  const options = [
    first < 9 ? `${digits(first + 1, 9)} ${upTo("[0-9]", places - 1)}`.trim() : undefined,
    more === undefined ? undefined : `"${first}" ${more}`,
  ].filter((option) => option !== undefined);
  return options.length ? choice(options) : undefined;
}

/** Digits after the point that are at most these; none at all counts as zero. */
function atMost(wanted: string, exclusive: boolean, places: number): string | undefined {
  if (wanted === "") return exclusive ? undefined : upTo('"0"', places) || '""';
  if (places <= 0) return '""';
  const first = Number(wanted[0]);
  const more = atMost(wanted.slice(1), exclusive, places - 1);
  const options = [
    '""',
    first > 0 ? `${digits(0, first - 1)} ${upTo("[0-9]", places - 1)}`.trim() : undefined,
    more === undefined ? undefined : `"${first}" ${more}`,
  ].filter((option) => option !== undefined);
  return choice(options);
}

/** With its point, where there must be one. */
function above(wanted: string, exclusive: boolean, places: number): string | undefined {
  if (wanted === "" && !exclusive) return anyFraction(places);
  const found = atLeast(wanted, exclusive, places);
  return found === undefined ? undefined : `"." ${found}`;
}

function below(wanted: string, exclusive: boolean, places: number): string | undefined {
  if (wanted === "" && exclusive) return undefined;
  return optional(
    someDigits(
      (d, rest) =>
        d < first(wanted)
          ? anyDigits(rest)
          : d === first(wanted)
            ? atMost(wanted.slice(1), exclusive, rest)
            : undefined,
      places,
    ),
  );
}

function fractionBetween(
  low: string,
  lowExclusive: boolean,
  high: string,
  highExclusive: boolean,
  places: number,
): string | undefined {
  const bare = low === "" && !lowExclusive && (high !== "" || !highExclusive);
  const some = fractionDigits(low, lowExclusive, high, highExclusive, places);
  if (some === undefined) return bare ? "" : undefined;
  return bare ? `("." ${some})?` : `"." ${some}`;
}

/** At least one digit. */
function fractionDigits(
  low: string,
  lowExclusive: boolean,
  high: string,
  highExclusive: boolean,
  places: number,
): string | undefined {
  return someDigits((d, rest) => {
    const a = first(low);
    const b = first(high);
    if (d < a || d > b) return undefined;
    if (d > a && d < b) return anyDigits(rest);
    if (a < b)
      return d === a ? atLeast(low.slice(1), lowExclusive, rest) : atMost(high.slice(1), highExclusive, rest);
    const [restLow, restHigh] = [low.slice(1), high.slice(1)];
    const ends = restLow === "" && !lowExclusive && (restHigh !== "" || !highExclusive);
    if (restLow === "" && restHigh === "")
      return lowExclusive || highExclusive ? undefined : upTo('"0"', rest) || '""';
    const more = fractionDigits(restLow, lowExclusive, restHigh, highExclusive, rest);
    if (more === undefined) return ends ? '""' : undefined;
    return ends ? `(${more})?` : more;
  }, places);
}

const first = (wanted: string) => Number(wanted[0] ?? "0");
const anyDigits = (places: number) => upTo("[0-9]", places) || '""';
const optional = (some: string | undefined) => (some === undefined ? "" : `("." ${some})?`);

/** One digit and what may follow it; digits with the same followers share an option. */
function someDigits(
  after: (digit: number, places: number) => string | undefined,
  places: number,
): string | undefined {
  if (places <= 0) return undefined;
  const groups: { from: number; to: number; rest: string }[] = [];
  for (let digit = 0; digit <= 9; digit++) {
    const rest = after(digit, places - 1);
    if (rest === undefined) continue;
    const last = groups.at(-1);
    if (last && last.rest === rest && last.to === digit - 1) last.to = digit;
    else groups.push({ from: digit, to: digit, rest });
  }
  const options = groups.map(({ from, to, rest }) =>
    rest === '""' ? digits(from, to) : `${digits(from, to)} ${rest}`,
  );
  return options.length ? choice(options) : undefined;
}

/** Whole numbers between bounds. */
export function integerBetween({ lower, upper }: NumberRange): string | undefined {
  const low = lower && whole(lower, Math.ceil, 1);
  const high = upper && whole(upper, Math.floor, -1);
  if (low === undefined && high === undefined) return `"-"? ${FREE}`;
  return numberBetween(
    {
      lower: low === undefined ? undefined : { value: low, exclusive: false },
      upper: high === undefined ? undefined : { value: high, exclusive: false },
    },
    0,
  );
}

function whole({ value, exclusive }: Bound, round: (value: number) => number, step: number): number {
  const rounded = round(value);
  return exclusive && rounded === value ? rounded + step : rounded;
}
