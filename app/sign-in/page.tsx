import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { openPage } from "@/app/_shell/page";
import { Logo } from "../../ui/logo";
import { OpenLink } from "./open-link";

export async function generateMetadata() {
  return { title: (await getTranslations("app.signIn"))("title"), robots: { index: false } };
}

type Props = { searchParams: Promise<{ token?: string | string[]; to?: string | string[] }> };
const one = (value: string | string[] | undefined) => (typeof value === "string" ? value : "");

/** The link that `npm start` prints. Programs that look at links ahead of people see a page and use nothing up. */
export default openPage<Props>("session.open", async ({ searchParams }) => {
  const { token, to } = await searchParams;
  if (!one(token)) redirect("/signed-out");
  return (
    <main className="mx-auto flex min-h-screen max-w-[440px] flex-col justify-center gap-4 px-6 pb-24">
      <Logo size={28} />
      <OpenLink token={one(token)} to={one(to)} />
    </main>
  );
});
