import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import type { TeamAction } from "@/server/access";
import { type Admitted, admit } from "@/server/auth/admit";
import { currentMember } from "@/server/auth/current-member";
import { Refusal } from "@/server/errors";
import { web } from "@/server/web";

/** Asked once a request. */
const asker = cache(async () => currentMember(await web(), { headers: await headers() }));

/** Who is here, or off to where one signs in or says which team. @throws Refusal `role-too-low` */
export async function requireMember(action: TeamAction): Promise<Admitted> {
  const member = await asker();
  if (!(member instanceof Refusal)) return admit(member, action);
  if (member.reason === "team-not-chosen") redirect("/teams");
  redirect(member.reason === "not-signed-in" ? "/signed-out" : `/signed-out?why=${member.reason}`);
}
