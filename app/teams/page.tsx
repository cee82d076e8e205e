import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { openPage } from "@/app/_shell/page";
import { currentPerson } from "@/server/auth/current-member";
import { web } from "@/server/web";
import { Button } from "../../ui/button";
import { Logo } from "../../ui/logo";

export async function generateMetadata() {
  return { title: (await getTranslations("app.access"))("whichTeam") };
}

/** For who is in several teams and has chosen none in this browser yet. */
export default openPage("team.choose", async () => {
  const person = await currentPerson(await web(), await headers());
  if (!person) redirect("/signed-out");
  const t = await getTranslations("app.access");
  return (
    <main className="mx-auto flex min-h-screen max-w-[440px] flex-col justify-center gap-4 px-6 pb-24">
      <Logo size={28} />
      <h1 className="text-18 font-semibold tracking-[-0.015em]">{t("whichTeam")}</h1>
      <p className="text-13 text-ink-2">{t("whichTeamText")}</p>
      <form action="/teams/choose" method="post" className="flex flex-col items-start gap-2">
        {person.teams.map(({ id, name }) => (
          <Button key={id} type="submit" name="team" value={id}>
            {name}
          </Button>
        ))}
      </form>
    </main>
  );
});
