"use client";
import { Cleaned, type PreviewProps, ScoreView } from "@/ui/preview";
import { qualityFilter } from "./definition";

/** The scores first, then what every cleaning kind shows. */
export function Preview(props: PreviewProps) {
  return (
    <Cleaned {...props}>
      <ScoreView {...props} of={qualityFilter} />
    </Cleaned>
  );
}
