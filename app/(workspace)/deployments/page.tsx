import { getTranslations } from "next-intl/server";
import { DeploymentsPage } from "@/app/_deployments/deployments-page";
import { env } from "@/server/env";

export async function generateMetadata() {
  return { title: (await getTranslations("app.deployments"))("title") };
}

export default function Page() {
  const { publicUrl, host, gatewayPort } = env();
  const name = publicUrl ? new URL(publicUrl).hostname : host;
  return <DeploymentsPage gateway={`http://${name}:${gatewayPort}`} />;
}
