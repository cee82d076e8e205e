import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Button } from "../ui/button";
import { Empty } from "../ui/empty";

export default async function NotFound() {
  const t = await getTranslations("app.notFound");
  return (
    <main className="pt-[22vh]">
      <Empty
        title={t("title")}
        action={
          <Button asChild>
            <Link href="/">{t("action")}</Link>
          </Button>
        }
      >
        {t("text")}
      </Empty>
    </main>
  );
}
