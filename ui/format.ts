/** Numbers, sizes and times as people read them. Pure; every function takes the locale. */

const cache = new Map<string, Intl.NumberFormat>();

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  let format = cache.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, options);
    cache.set(key, format);
  }
  return format;
}

/** `1,240`, and `12,6 k` never: counts are exact. */
export function formatCount(value: number, locale = "en"): string {
  return numberFormat(locale, { maximumFractionDigits: 0 }).format(value);
}

/** A measured value: three significant digits, more before the point when needed; tiny ones as `1e-4`. */
export function formatMetric(value: number, locale = "en"): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) return scientific(value.toExponential(1).replace(".0e", "e"), locale);
  if (size >= 100) return numberFormat(locale, { maximumFractionDigits: 0 }).format(value);
  if (size >= 10)
    return numberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value);
  const digits = size < 1 ? 3 : 2;
  return numberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** `7.2e-5` with the decimal mark of the locale. */
function scientific(text: string, locale: string): string {
  const mark = numberFormat(locale, {})
    .formatToParts(0.5)
    .find((part) => part.type === "decimal")?.value;
  return text.replace(".", mark ?? ".");
}

/** From one value to another as a share: `−12.4 %`, `+3 %`. */
export function formatChange(share: number, locale = "en"): string {
  return numberFormat(locale, {
    style: "percent",
    signDisplay: "exceptZero",
    maximumFractionDigits: Math.abs(share) < 0.1 ? 1 : 0,
  }).format(share);
}

/** Ticks of an axis, all with the same digits: `2.00, 2.25, 2.50`; tiny ones as `1e-4`, large ones as `12K`. */
export function formatTicks(ticks: readonly number[], locale = "en"): string[] {
  const largest = Math.max(...ticks.map(Math.abs));
  const step = Math.min(
    ...ticks
      .slice(1)
      .map((tick, i) => Math.abs(tick - ticks[i]!))
      .filter((gap) => gap > 0),
  );
  if (largest > 0 && largest < 0.01)
    return ticks.map((tick) =>
      tick === 0 ? "0" : scientific(tick.toExponential().replace(/(\.\d)\d+/, "$1"), locale),
    );
  if (largest >= 10_000)
    return ticks.map((tick) => numberFormat(locale, { notation: "compact" }).format(tick));
  let digits = 0;
  while (
    Number.isFinite(step) &&
    digits < 4 &&
    Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6
  )
    digits++;
  const number = numberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return ticks.map((tick) => number.format(tick));
}

/** `62 %`. */
export function formatPercent(share: number, locale = "en", digits = 0): string {
  const number = numberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${number.format(share * 100)} %`;
}

const SIZES = ["B", "KB", "MB", "GB", "TB"] as const;

/** Decimal units: `612 KB`, `3.1 GB`. */
export function formatBytes(bytes: number, locale = "en"): string {
  if (!Number.isFinite(bytes) || bytes < 0) return "–";
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < SIZES.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 && unit < 3 ? 0 : 1;
  return `${numberFormat(locale, { maximumFractionDigits: digits }).format(value)} ${SIZES[unit]}`;
}

/** `0.4 s`, `48 s`, `3 min 28 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatSeconds(seconds: number, locale = "en"): string {
  if (!Number.isFinite(seconds) || seconds < 0) return "–";
  if (seconds < 0.05) return "0 s";
  if (seconds < 9.95) {
    const number = numberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    return `${number.format(seconds)} s`;
  }
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return join([Math.floor(whole / 60), "min"], [whole % 60, "s"]);
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return join([Math.floor(minutes / 60), "h"], [minutes % 60, "min"]);
  const hours = Math.round(seconds / 3600);
  return join([Math.floor(hours / 24), "d"], [hours % 24, "h"]);
}

function join(big: [number, string], small: [number, string]): string {
  return small[0] ? `${big[0]} ${big[1]} ${small[0]} ${small[1]}` : `${big[0]} ${big[1]}`;
}

/** For estimates: one number, no false precision. `a few seconds` is left to the messages (`undefined`). */
export function roundEstimate(seconds: number, locale = "en"): string {
  if (seconds < 10) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 55) return `${Math.round(seconds / 5) * 5} s`;
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min`;
  if (seconds < 36 * 3600) {
    const number = numberFormat(locale, { maximumFractionDigits: seconds < 6 * 3600 ? 1 : 0 });
    return `${number.format(seconds / 3600)} h`;
  }
  return `${Math.round(seconds / 86_400)} d`;
}

/** `0.4 Wh`, `1.3 kWh`. */
export function formatWattHours(wattHours: number, locale = "en"): string {
  const [value, unit] = wattHours >= 999.5 ? [wattHours / 1000, "kWh"] : [wattHours, "Wh"];
  const digits = value >= 99.95 ? 0 : value < 0.0995 && value > 0 ? 2 : 1;
  return `${numberFormat(locale, { maximumFractionDigits: digits }).format(value)} ${unit}`;
}

/** Time of day today, `yesterday`-like words from the locale, else the date: how tables name a moment. */
export function formatMoment(at: Date, now: Date, locale = "en"): string {
  const days = dayNumber(now) - dayNumber(at);
  if (days === 0)
    return new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(
      at,
    );
  if (days === 1) return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-1, "day");
  const options: Intl.DateTimeFormatOptions =
    at.getFullYear() === now.getFullYear()
      ? { day: "numeric", month: "short" }
      : { day: "numeric", month: "short", year: "numeric" };
  return new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, options).format(at);
}

/** `14:28:03`, for logs and timelines. */
export function formatClock(at: Date, locale = "en", seconds = true): string {
  return new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    ...(seconds ? { second: "2-digit" } : {}),
    hourCycle: "h23",
  }).format(at);
}

function dayNumber(date: Date): number {
  return Math.floor((date.getTime() - date.getTimezoneOffset() * 60_000) / 86_400_000);
}

/** First eight of a digest, as people compare them. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, "").slice(0, 8);
}
