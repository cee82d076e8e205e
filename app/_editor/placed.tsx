"use client";
import { useTranslations } from "next-intl";
import type { PlanEntry } from "@/graph/plan";
import { shownValues, type TrainerReason } from "@/graph/trainers";

/** Which engine will train and why; where none can, or another was passed over, why not. */
export function Placed({ placed }: { placed: NonNullable<PlanEntry["placed"]> }) {
  const t = useTranslations("trainers");
  const nameOf = (name: string) => (t.has(`names.${name}` as never) ? t(`names.${name}` as never) : name);
  const words = (reason: TrainerReason) => t(reason.code, shownValues(reason, nameOf) as never);
  const { why, others } = placed;
  return (
    <p className="mt-1 text-11 leading-snug text-ink-2">
      {why ? words(why) : t("none")}
      {others.map((reason) => (
        <span key={`${reason.code} ${reason.values.backend ?? reason.values.engine}`} className="text-ink-3">
          {" "}
          {words(reason)}
        </span>
      ))}
    </p>
  );
}
