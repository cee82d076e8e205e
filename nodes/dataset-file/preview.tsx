import { DataTable, type PreviewProps } from "@/ui/preview";

export function Preview({ outputs, narrow }: PreviewProps) {
  return outputs.data ? <DataTable output={outputs.data} narrow={narrow} /> : null;
}
