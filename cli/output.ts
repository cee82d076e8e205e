/** Results go to stdout, everything a person reads meanwhile to stderr. */
import type { Problem } from "@/graph/problems";
import { problemSentence } from "@/messages/words";
import { language } from "./language";

export { bytes } from "@/server/artifacts/bytes";

export const say = (text = "") => void process.stderr.write(`${text}\n`);
export const print = (text: string) => void process.stdout.write(`${text}\n`);
export const printJson = (value: unknown) => print(JSON.stringify(value, null, 2));

/** A table with columns as wide as their longest cell; numbers are right-aligned by the caller. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (all, row) => row.map((cell, i) => Math.max(all[i] ?? 0, cell.length)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `node.port` or `node.param` it is about, then the sentence. */
export function problemLine(problem: Problem, kind?: string): string {
  const place = [problem.node, problem.port ?? problem.param].filter(Boolean).join(".");
  return `${place ? `${place}: ` : ""}${problemSentence(problem, kind, language)}`;
}

export const problemJson = (problem: Problem, kind?: string) => ({
  ...problem,
  message: problemSentence(problem, kind),
});
