"use client";
import { useTranslations } from "next-intl";
import { Cleaned, type PreviewProps, Threshold } from "@/ui/preview";
import { qualityFilter } from "./definition";
import { boundsOf, THRESHOLDS } from "./thresholds";

type Params = Parameters<typeof boundsOf>[0];

const MOVABLE = Object.values(THRESHOLDS).filter((rule) => rule.keep !== "unmarked");
/** A share lies between 0 and 1, a count between nothing and what a page can mean. */
const SHARES = { from: 0, to: 1 };
const COUNTS = { from: 0, to: 2_000 };

/** The scores with their thresholds first, then what every cleaning kind shows. */
export function Preview(props: PreviewProps) {
  const t = useTranslations("nodes.quality-filter.params");
  const parsed = qualityFilter.params.safeParse(props.params);
  const { ledger, data } = props.outputs;
  const { edit } = props;
  const params: Params | undefined = parsed.success ? parsed.data : undefined;
  return (
    <Cleaned {...props}>
      {ledger && params && !props.narrow && (
        <Threshold
          table={{ digest: ledger.digest, file: "scores.parquet" }}
          choices={MOVABLE.map((rule) => ({
            ...rule,
            range: rule.step < 1 ? SHARES : COUNTS,
            title: t(`${rule.param}.title`),
            value: params[rule.param],
          }))}
          boundsWith={(changed) => boundsOf({ ...params, ...changed })}
          putBack={params.putBack ?? []}
          stored={data?.facts.type === "dataset" ? data.facts.rows : undefined}
          edit={edit}
        />
      )}
    </Cleaned>
  );
}
