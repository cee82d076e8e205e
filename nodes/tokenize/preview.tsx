import { type PreviewProps, TokenRows } from "@/app/_ui/preview";

export function Preview({ outputs, narrow }: PreviewProps) {
  return outputs.tokens ? <TokenRows output={outputs.tokens} narrow={narrow} /> : null;
}
