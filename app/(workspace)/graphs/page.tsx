import { getTranslations } from "next-intl/server";
import { GraphsPage } from "@/app/_graphs/graphs-page";
import { page } from "@/app/_shell/page";

export async function generateMetadata() {
  return { title: (await getTranslations("app.graphs"))("title") };
}

export default page("graph.read", () => <GraphsPage />);
