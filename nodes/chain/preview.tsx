import { ChainTry, FactsCard, type PreviewProps } from "@/ui/preview";

export function Preview({ outputs: { chain }, params }: PreviewProps) {
  if (chain?.facts.type !== "chain") return null;
  return (
    <div>
      <FactsCard output={chain} />
      <ChainTry
        slug={chain.facts.slug ?? String(params.slug ?? "")}
        inputs={chain.facts.inputs ?? ["question"]}
      />
    </div>
  );
}
