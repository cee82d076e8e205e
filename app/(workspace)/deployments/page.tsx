import { getTranslations } from "next-intl/server";
import { DeploymentsPage } from "@/app/_deployments/deployments-page";
import { page } from "@/app/_shell/page";
import { env, gatewayOrigin } from "@/server/env";

export async function generateMetadata() {
  return { title: (await getTranslations("app.deployments"))("title") };
}

export default page("deployment.read", () => {
  const settings = env();
  const { publicUrl, gatewayPort } = settings;
  const gateway = publicUrl
    ? `http://${new URL(publicUrl).hostname}:${gatewayPort}`
    : gatewayOrigin(settings);
  return <DeploymentsPage gateway={gateway} />;
});
