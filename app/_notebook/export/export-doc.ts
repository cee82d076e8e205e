/** A notebook with its outputs as they stand now: plain values, ready to be written as HTML or Markdown. */

export type Point = { step: number; value: number };
export type Block =
  | { show: "table"; title: string; columns: string[]; rows: string[][]; total: number }
  | { show: "pairs"; title: string; pairs: [name: string, value: string][] }
  | { show: "curves"; title: string; lines: { name: string; points: Point[] }[] }
  | { show: "tokens"; title: string; tokens: { text: string; trained: boolean }[] };

export type Part =
  | { part: "section"; title: string }
  | { part: "note"; markdown: string }
  | {
      part: "cell";
      title: string;
      kind: string;
      status: string;
      run: string | undefined;
      params: [name: string, value: string][];
      blocks: Block[];
    };

export type ExportDoc = { title: string; made: string; language: string; parts: Part[] };
