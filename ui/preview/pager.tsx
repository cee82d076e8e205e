"use client";
import { useTranslations } from "next-intl";
import { IconButton } from "@/ui/button";
import { useFormat } from "@/ui/use-format";

type PagerProps = { offset: number; size: number; total: number; onChange: (offset: number) => void };

export function Pager({ offset, size, total, onChange }: PagerProps) {
  const t = useTranslations("app.preview");
  const format = useFormat();
  if (total <= 0) return null;
  const last = Math.min(total, offset + size);
  return (
    <span className="flex items-center gap-0.5 text-11 whitespace-nowrap text-ink-3">
      <IconButton
        icon="left"
        size="sm"
        label={t("back")}
        disabled={offset === 0}
        onClick={() => onChange(Math.max(0, offset - size))}
      />
      <span>
        {size === 1
          ? t("rowOf", { at: format.count(offset + 1), total: format.count(total) })
          : t("rowsOf", {
              from: format.count(offset + 1),
              to: format.count(last),
              total: format.count(total),
            })}
      </span>
      <IconButton
        icon="right"
        size="sm"
        label={t("on")}
        disabled={last >= total}
        onClick={() => onChange(offset + size)}
      />
    </span>
  );
}
