import "server-only";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import type { OpenAction, TeamAction } from "@/server/access";
import type { Admitted } from "@/server/auth/admit";
import { Refusal } from "@/server/errors";
import { Empty } from "../../ui/empty";
import { requireMember } from "./require-member";

/** A page says by name what it shows, and is drawn only for those who may. */
export const page =
  <P = object>(action: TeamAction, draw: (member: Admitted, props: P) => ReactNode | Promise<ReactNode>) =>
  async (props: P): Promise<ReactNode> => {
    const member = await requireMember(action).catch((error: unknown) => {
      if (error instanceof Refusal) return error;
      throw error;
    });
    return member instanceof Refusal ? <Refused /> : draw(member, props);
  };

async function Refused() {
  const t = await getTranslations();
  return <Empty title={t("app.access.refused")}>{t("failures.role-too-low")}</Empty>;
}

/** For what needs no membership. */
export const openPage = <P = object>(
  _action: OpenAction,
  draw: (props: P) => ReactNode | Promise<ReactNode>,
) => draw;
