import "server-only";
import { headers } from "next/headers";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { grantsOf } from "@/server/access";
import { currentPerson } from "@/server/auth/current-member";
import { web } from "@/server/web";
import { AccessProvider } from "./access";
import { Nav } from "./nav";
import { requireMember } from "./require-member";
import { TopBar } from "./top-bar";

/** Top bar, navigation on the left, the page. */
export async function Shell({ children }: { children: ReactNode }) {
  const member = await requireMember("team.read");
  const person = await currentPerson(await web(), await headers());
  const t = await getTranslations("app.nav");
  const team = { id: member.teamId, name: member.teamName };
  return (
    <AccessProvider access={{ team, grants: grantsOf(member.role) }}>
      <div className="grid min-h-screen grid-cols-[var(--nav-w)_minmax(0,1fr)] grid-rows-[var(--topbar-h)_1fr]">
        <a
          href="#content"
          className="sr-only z-[90] rounded-2 bg-ink px-3 py-2 text-inverse focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
        >
          {t("skip")}
        </a>
        <TopBar userName={member.userName} teams={person?.teams ?? []} />
        <Nav />
        <main id="content" tabIndex={-1} className="min-w-0 px-5 pt-4 pb-6 outline-none">
          {children}
        </main>
      </div>
    </AccessProvider>
  );
}
