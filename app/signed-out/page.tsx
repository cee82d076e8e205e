import { getTranslations } from "next-intl/server";
import { openPage } from "@/app/_shell/page";
import { Logo } from "../../ui/logo";

const WHY = ["sign-in-used", "sign-in-expired", "sign-in-unknown", "in-no-team"] as const;

export async function generateMetadata() {
  return { title: (await getTranslations("app.signIn"))("title") };
}

type Props = { searchParams: Promise<{ why?: string }> };

export default openPage<Props>("session.open", async ({ searchParams }) => {
  const t = await getTranslations("app.signIn");
  const failures = await getTranslations("failures");
  const { why } = await searchParams;
  const reason = WHY.find((known) => known === why);
  return (
    <main className="mx-auto flex min-h-screen max-w-[440px] flex-col justify-center gap-4 px-6 pb-24">
      <Logo size={28} />
      <h1 className="text-18 font-semibold tracking-[-0.015em]">{reason ? failures(reason) : t("text")}</h1>
      <div>
        <p className="text-13 text-ink-2">{t("how")}</p>
        <pre className="mt-2 rounded-2 border border-line bg-surface px-3 py-2.5 text-13 select-all">
          npm start
        </pre>
      </div>
    </main>
  );
});
