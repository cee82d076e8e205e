"use client";
import { useTranslations } from "next-intl";
import { Select } from "../../ui/select";
import { type Deployment, stateOf } from "../_deployments/deployment-state";

type Props = { others: readonly Deployment[]; value: string; onChange: (slug: string) => void };
const NONE = "-";

/** A second deployment that is asked the same. */
export function CompareWith({ others, value, onChange }: Props) {
  const t = useTranslations("app.chat");
  const ready = others.filter((one) => stateOf(one) === "READY" || one.slug === value);
  if (!ready.length) return null;
  return (
    <span className="flex items-center gap-1.5 text-11 text-ink-3">
      {t("compare")}
      <Select
        label={t("compare")}
        value={value || NONE}
        onChange={(slug) => onChange(slug === NONE ? "" : slug)}
        className="w-44"
        options={[
          { value: NONE, label: t("compareNone") },
          ...ready.map(({ slug }) => ({ value: slug, label: slug })),
        ]}
      />
    </span>
  );
}
