import { getTranslations } from "next-intl/server";
import { Dashboard } from "@/app/_home/dashboard";

export async function generateMetadata() {
  return { title: (await getTranslations("app.runs"))("title") };
}

export default function DashboardPage() {
  return <Dashboard />;
}
