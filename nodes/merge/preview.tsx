import { FactsCard, type PreviewProps } from "@/ui/preview";

export function Preview({ outputs }: PreviewProps) {
  return outputs.model ? <FactsCard output={outputs.model} /> : null;
}
