import { type PreviewProps, TokenRows } from "@/ui/preview";

export function Preview({ outputs, narrow }: PreviewProps) {
  return outputs.tokens ? <TokenRows output={outputs.tokens} narrow={narrow} /> : null;
}
