import { LeftOut, type PreviewProps, ReportView } from "@/ui/preview";

export function Preview({ kind, outputs, narrow }: PreviewProps) {
  return (
    <>
      {outputs.report && <ReportView output={outputs.report} narrow={narrow} />}
      <LeftOut ledger={outputs.ledger} kind={kind} narrow={narrow} />
    </>
  );
}
