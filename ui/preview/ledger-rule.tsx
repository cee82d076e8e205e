"use client";
import { useTranslations } from "next-intl";
import type { OutputView } from "@/graph/run-view";
import { Button, IconButton } from "@/ui/button";
import { Td } from "@/ui/table";
import { useFormat } from "@/ui/use-format";
import { Change } from "./change";
import { LedgerEntries } from "./ledger-entries";
import { useLedgerText } from "./ledger-words";
import { canPutBack } from "./put-back";
import type { PutBack, Rule } from "./rule";
import { ruleWords } from "./rule-words";
import { usePreviewSource } from "./source";

/** Rows of one rule that a press puts back at most; beyond it the rule's own parameter is the better way. */
const AT_ONCE = 200;

type RuleProps = {
  output: OutputView;
  kind: string;
  rule: Rule;
  narrow: boolean;
  putBack: PutBack;
  open: boolean;
  onToggle: () => void;
};

/** One rule: how many rows it met, an example, and below it the rows when they are asked for. */
export function LedgerRule({ output, kind, rule, narrow, putBack, open, onToggle }: RuleProps) {
  const t = useTranslations("app.preview.ledger");
  const format = useFormat();
  const source = usePreviewSource();
  const readPage = source.useReadPage();
  const where = [{ column: "rule", op: "=" as const, value: rule.rule }];
  const total = rule.rows;
  const { set } = putBack;
  const putAll = async () => {
    const page = await readPage(output.digest, { limit: AT_ONCE, where });
    if (page.show === "table")
      set?.(
        page.page.rows.filter(canPutBack).map((row) => String(row._row)),
        true,
      );
  };
  const offered = set && canPutBack(rule.example) && total <= AT_ONCE;
  const title = ruleWords(rule.rule);
  const why = useLedgerText(kind);
  const putBackAll = t("putBackAll", { rule: title, count: total });
  return (
    <>
      <tr>
        <Td>
          <span className="block truncate" title={why(rule.example)}>
            {rule.example.after ? t("changed", { rule: title }) : title}
          </span>
        </Td>
        <Td num>{format.count(total)}</Td>
        {!narrow && (
          <Td>
            <span className="block truncate text-ink-2">
              <Change row={rule.example} />
            </span>
          </Td>
        )}
        <Td className="!px-0 text-right whitespace-nowrap">
          <Button
            size="sm"
            variant="ghost"
            aria-expanded={open}
            aria-label={t("showOf", { rule: title })}
            onClick={onToggle}
          >
            {open ? t("hide") : t("show")}
          </Button>
          {offered && narrow && (
            <IconButton size="sm" icon="undo" label={putBackAll} onClick={() => void putAll()} />
          )}
          {offered && !narrow && (
            <Button
              size="sm"
              variant="ghost"
              icon="undo"
              aria-label={putBackAll}
              onClick={() => void putAll()}
            >
              {t("putBack")}
            </Button>
          )}
        </Td>
      </tr>
      {open && (
        <tr>
          <td colSpan={narrow ? 3 : 4} className="border-b border-line px-2.5 pb-2">
            <LedgerEntries output={output} kind={kind} rule={rule.rule} putBack={putBack} />
          </td>
        </tr>
      )}
    </>
  );
}
