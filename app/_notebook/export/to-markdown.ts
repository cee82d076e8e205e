/** The notebook as Markdown. Everything that came from data is escaped: it can form no link, tag or table of its own. Pure. */
import type { Block, ExportDoc, Part } from "./export-doc";

/** Points of a curve that its table lists; the last one is always there. */
const POINTS = 12;

export function toMarkdown(doc: ExportDoc): string {
  const parts = [`# ${plain(doc.title)}`, plain(doc.made), ...doc.parts.map(partText)];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

function partText(part: Part): string {
  switch (part.part) {
    case "section":
      return `## ${plain(part.title)}`;
    case "note":
      return part.markdown;
    case "cell": {
      const about = [part.kind, part.status, part.run].filter((text) => text !== undefined).map(plain);
      const params = part.params.map(([name, value]) => `- ${plain(name)}: ${plain(value)}`).join("\n");
      return [`### ${plain(part.title)}`, about.join(", "), params, ...part.blocks.map(blockText)]
        .filter(Boolean)
        .join("\n\n");
    }
  }
}

function blockText(block: Block): string {
  switch (block.show) {
    case "pairs":
      return titled(block.title, table(["", ""], block.pairs));
    case "table": {
      const more = block.total > block.rows.length ? `\n\n${block.rows.length} / ${block.total}` : "";
      return titled(block.title, table(block.columns, block.rows) + more);
    }
    case "curves":
      return titled(
        block.title,
        block.lines
          .map(({ points }) =>
            table(
              ["step", "value"],
              thinned(points).map(({ step, value }) => [String(step), String(value)]),
            ),
          )
          .join("\n\n"),
      );
    case "tokens":
      return titled(
        block.title,
        block.tokens.map(({ text, trained }) => (trained ? `**${plain(text)}**` : plain(text))).join("·"),
      );
  }
}

const titled = (title: string, text: string) => `**${plain(title)}**\n\n${text}`;

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(plain).join(" | ")} |`;
  return [line(columns), `|${columns.map(() => " --- |").join("")}`, ...rows.map(line)].join("\n");
}

function thinned<T>(points: readonly T[]): T[] {
  const every = Math.ceil(points.length / POINTS);
  return points.filter((_, k) => k % every === 0 || k === points.length - 1);
}

/** One line of text that means only itself. */
export const plain = (text: string): string =>
  text
    .replace(/[\\`*_{}[\]<>|#!~&]/g, (char) => (char === "<" ? "&lt;" : char === "&" ? "&amp;" : `\\${char}`))
    .replace(/\r?\n/g, "<br>");
