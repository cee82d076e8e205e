"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { NoteBox } from "@/ui/card";
import { StatusMark } from "@/ui/status";
import { usePreviewSource } from "./source";
import { useHeldText } from "./use-held-text";

/** Which version of its deployment an endpoint is, and whether that is the one that answers now. */
export function ServedAs({ slug, digest }: { slug: string; digest: string }) {
  const t = useTranslations("app.preview.endpoint");
  const heldText = useHeldText();
  const versions = usePreviewSource().useVersions(slug);
  const mine = versions?.find((one) => one.digest === digest);
  if (!versions || !mine) return null;
  const now = versions.find(({ served }) => served);
  const others = (
    <Link href="/deployments" className="underline underline-offset-2">
      {t("versions")}
    </Link>
  );
  if (mine.held)
    return (
      <NoteBox tone="stale" mark={<StatusMark status="stale" />}>
        {t("version", { number: mine.number })}. {heldText(mine.held)} {now && nowSentence(now)} {others}
      </NoteBox>
    );
  const before = versions.find(({ number, held }) => number < mine.number && !held);
  return (
    <p className="text-11 text-ink-2">
      {mine.served
        ? before
          ? t("servedAfter", { number: mine.number, before: before.number, run: before.run?.number ?? 0 })
          : t("servedNow", { number: mine.number })
        : `${t("version", { number: mine.number })}. ${now ? nowSentence(now) : ""}`}{" "}
      {versions.length > 1 && others}
    </p>
  );

  function nowSentence({ number, run }: { number: number; run: { number: number } | null }) {
    return t("answersNow", { number, run: run?.number ?? 0 });
  }
}
