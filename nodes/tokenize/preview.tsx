import { LeftOut, type PreviewProps, TokenRows } from "@/ui/preview";

export function Preview({ kind, outputs, narrow }: PreviewProps) {
  return (
    <>
      {outputs.tokens && <TokenRows output={outputs.tokens} narrow={narrow} />}
      <LeftOut ledger={outputs.ledger} kind={kind} narrow={narrow} />
    </>
  );
}
