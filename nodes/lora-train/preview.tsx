import { FactsCard, type PreviewProps, TrainingCurves } from "@/ui/preview";

export function Preview(props: PreviewProps) {
  const { adapter } = props.outputs;
  return (
    <div className="flex flex-col gap-3">
      <TrainingCurves {...props} />
      {adapter && !props.live && <FactsCard output={adapter} />}
    </div>
  );
}
