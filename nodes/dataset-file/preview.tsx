import { DataTable, LeftOut, type PreviewProps } from "@/ui/preview";

export function Preview({ kind, outputs, narrow }: PreviewProps) {
  return (
    <>
      {outputs.data && <DataTable output={outputs.data} narrow={narrow} />}
      <LeftOut ledger={outputs.ledger} kind={kind} narrow={narrow} />
    </>
  );
}
