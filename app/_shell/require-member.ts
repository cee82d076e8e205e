import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { currentMember, type Member } from "@/server/auth/current-member";
import { web } from "@/server/web";

/** For layouts of pages: who is here, or off to how one signs in. Asked once a request. */
export const requireMember = cache(async (): Promise<Member> => {
  const { auth, prisma } = await web();
  return (await currentMember(auth, prisma, await headers())) ?? redirect("/signed-out");
});
