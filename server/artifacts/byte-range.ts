/** The `Range` header of HTTP (RFC 9110, section 14), for one range of bytes. Several at once are answered with the whole. */
import type { ByteRange } from "./store";

/** `whole`: no range that we serve was asked for. `unsatisfiable`: it begins behind the end. */
export function parseRange(header: string | null, size: number): ByteRange | "whole" | "unsatisfiable" {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  if (!match || (!match[1] && !match[2])) return "whole";
  const [from, to] = [match[1], match[2]].map((text) => (text ? Number(text) : undefined));
  if (from === undefined) {
    const start = Math.max(0, size - to!);
    return to === 0 || size === 0 ? "unsatisfiable" : { start, end: size - 1 };
  }
  if (to !== undefined && to < from) return "whole";
  return from >= size ? "unsatisfiable" : { start: from, end: Math.min(to ?? size - 1, size - 1) };
}
