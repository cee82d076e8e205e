import { getTranslations } from "next-intl/server";
import { GraphsPage } from "@/app/_graphs/graphs-page";

export async function generateMetadata() {
  return { title: (await getTranslations("app.graphs"))("title") };
}

export default function Page() {
  return <GraphsPage />;
}
