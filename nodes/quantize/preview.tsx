import { FactsCard, type PreviewProps } from "@/app/_ui/preview";

export function Preview({ outputs }: PreviewProps) {
  return outputs.model ? <FactsCard output={outputs.model} /> : null;
}
