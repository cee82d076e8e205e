"use client";
import { useTranslations } from "next-intl";
import { useDeferredValue, useState } from "react";
import { placeOf } from "@/graph/row-ids";
import type { OutputView } from "@/graph/run-view";
import { Empty, Skeleton } from "@/ui/empty";
import { Input } from "@/ui/field";
import { Table, Td } from "@/ui/table";
import { Caption } from "./caption";
import { Pager } from "./pager";
import { type Sort, SortTh } from "./sort-th";
import { type Cell, usePreviewSource } from "./source";

type Message = {
  role: string;
  content: string | null;
  /** Whether the turn is trained on, where it says so itself. */
  train?: boolean | null;
  tool_calls?: unknown;
  reasoning_content?: string | null;
  name?: string | null;
};
const COLUMNS_WIDE = 6;
const COLUMNS_NARROW = 2;

/** A data set a page at a time: searched and paged where it lies. */
export function DataTable({
  output,
  narrow,
  rows: wanted,
}: {
  output: OutputView;
  narrow: boolean;
  rows?: number;
}) {
  const t = useTranslations("app.preview");
  const rows = wanted ?? (output.facts.type === "dataset" && output.facts.shape === "chat" ? 3 : 5);
  const [offset, setOffset] = useState(0);
  const [search, setSearch] = useState("");
  const [sort, setSort] = useState<Sort>();
  const wish = useDeferredValue(search);
  const { data, error } = usePreviewSource().usePreview(output.digest, {
    offset,
    limit: rows,
    ...(wish ? { search: wish } : {}),
    ...(sort ? { sort } : {}),
  });
  if (error) return <Empty title={t("unreadable")}>{error}</Empty>;
  const page = data?.show === "table" ? data.page : undefined;
  const columns = (page?.columns ?? []).map((c) => c.name);
  const shown = pickColumns(columns, narrow ? COLUMNS_NARROW : COLUMNS_WIDE);
  return (
    <div>
      <Caption
        output={output}
        end={
          <>
            <Input
              className="!h-6 w-36"
              icon="search"
              type="search"
              aria-label={t("searchRows")}
              placeholder={t("searchRows")}
              value={search}
              onChange={(e) => {
                setSearch(e.currentTarget.value);
                setOffset(0);
              }}
            />
            {page && <Pager offset={offset} size={rows} total={page.total} onChange={setOffset} />}
          </>
        }
      />
      {!page ? (
        <Lines count={rows} />
      ) : page.rows.length === 0 ? (
        <p className="py-3 text-center text-ink-3">{t("noRows")}</p>
      ) : (
        <Table dense className="table-fixed">
          <thead>
            <tr>
              {shown.map((name) => (
                <SortTh
                  key={name}
                  name={name}
                  title={name === "_row" ? t("row") : name}
                  sort={sort}
                  className={widthOf(name, shown)}
                  onSort={(next) => {
                    setSort(next);
                    setOffset(0);
                  }}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {page.rows.map((row, k) => (
              <tr key={String(row._row ?? k)}>
                {shown.map((name) => (
                  <Td key={name} className="align-top">
                    <CellView name={name} cell={row[name] ?? null} />
                  </Td>
                ))}
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </div>
  );
}

/** The id and what holds the text first; the rest as room allows. */
export function pickColumns(columns: readonly string[], most: number): string[] {
  const first = ["_row", "messages", "prompt", "chosen", "rejected", "text", "label"].filter((c) =>
    columns.includes(c),
  );
  return [...first, ...columns.filter((c) => !first.includes(c))].slice(0, most);
}

const WIDE = new Set(["messages", "prompt", "chosen", "rejected", "text", "question", "answer"]);

/** Text takes the room that ids and short columns leave. */
function widthOf(name: string, shown: readonly string[]): string {
  if (name === "_row") return "w-[84px]";
  return WIDE.has(name) || !shown.some((other) => WIDE.has(other)) ? "" : "w-[104px]";
}

function CellView({ name, cell }: { name: string; cell: Cell }) {
  if (name === "_row") return <RowId id={String(cell)} />;
  if (cell === null) return <span className="text-ink-3">–</span>;
  if (isMessages(cell)) return <Messages messages={cell} />;
  const text = typeof cell === "object" ? JSON.stringify(cell) : String(cell);
  return (
    <span className="line-clamp-2 break-words" title={text.length > 60 ? text : undefined}>
      {text}
    </span>
  );
}

/** Ids differ at their end. */
/** Shown without its source, which stands in the title. */
export function RowId({ id }: { id: string }) {
  const place = placeOf(id);
  return (
    <span className="block truncate font-mono text-11 text-ink-3" title={id}>
      {place.length > 11 ? `…${place.slice(-10)}` : place}
    </span>
  );
}

/** A conversation, each turn with who said it. */
export function Messages({ messages, whole }: { messages: readonly Message[]; whole?: boolean }) {
  return (
    <span className="block">
      {(whole ? messages : messages.slice(0, 3)).map((m, k) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: turns have no id and never move
        <span key={k} className="flex gap-2">
          <span className="w-[58px] flex-none text-11 leading-[1.7] text-ink-3">{m.role}</span>
          <TurnWords turn={m} whole={whole ?? false} />
        </span>
      ))}
    </span>
  );
}

/** What a turn thinks, says and calls, and whether it says itself that it is trained on. */
function TurnWords({ turn, whole }: { turn: Message; whole: boolean }) {
  const t = useTranslations("app.preview");
  const { content, name, reasoning_content: thought, train, tool_calls: calls } = turn;
  const mark = train === false ? t("untrained") : train === true ? t("trained") : undefined;
  return (
    <span className={whole ? "whitespace-pre-wrap" : "line-clamp-2 break-words"}>
      {mark && <span className="mr-1.5 rounded bg-press px-1 text-11 text-ink-2">{mark}</span>}
      {name && <span className="mr-1.5 text-ink-3">{name}:</span>}
      {thought && <span className="mr-1.5 text-ink-3 italic">{thought}</span>}
      {content}
      {callsIn(calls).map((call, k) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: calls have no order but their own
        <code key={k} className="ml-1 font-mono text-11">
          {call}
        </code>
      ))}
    </span>
  );
}

/** Each call as `name(arguments)`. */
function callsIn(cell: unknown): string[] {
  if (!Array.isArray(cell)) return [];
  return cell.map((call: { function?: { name?: unknown; arguments?: unknown } } | null) => {
    const { name, arguments: given = "" } = call?.function ?? {};
    if (typeof name !== "string") return JSON.stringify(call);
    return `${name}(${typeof given === "string" ? given : JSON.stringify(given)})`;
  });
}

export function isMessages(cell: Cell): cell is Message[] & Cell {
  return (
    Array.isArray(cell) &&
    cell.length > 0 &&
    cell.every((m) => typeof m === "object" && m !== null && "role" in m && "content" in m)
  );
}

export function Lines({ count }: { count: number }) {
  return (
    <div className="flex flex-col gap-2 py-1" aria-busy="true">
      {Array.from({ length: count }, (_, k) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders
        <Skeleton key={k} className="h-5 w-full" />
      ))}
    </div>
  );
}
