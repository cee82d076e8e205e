import { EndpointCard, type PreviewProps } from "@/ui/preview";

export function Preview({ outputs: { endpoint }, params }: PreviewProps) {
  if (endpoint?.facts.type !== "endpoint") return null;
  return <EndpointCard output={endpoint} slug={endpoint.facts.slug ?? String(params.slug ?? "")} />;
}
