import { getTranslations } from "next-intl/server";
import { Dashboard } from "@/app/_home/dashboard";
import { page } from "@/app/_shell/page";

export async function generateMetadata() {
  return { title: (await getTranslations("app.runs"))("title") };
}

export default page("run.read", () => <Dashboard />);
