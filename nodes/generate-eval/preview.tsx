import { type PreviewProps, ReportView } from "@/ui/preview";

export function Preview({ outputs, narrow }: PreviewProps) {
  return outputs.report ? <ReportView output={outputs.report} narrow={narrow} /> : null;
}
