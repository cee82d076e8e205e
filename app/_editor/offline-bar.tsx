"use client";
import { useTranslations } from "next-intl";
import type { SyncState } from "./sync";
import { useOnline } from "./use-online";
import { useErrorText } from "./words";

/** A thin bar while edits cannot be sent: why, and that they are kept. */
export function OfflineBar({ sync }: { sync: SyncState }) {
  const t = useTranslations("app");
  const errorText = useErrorText();
  const online = useOnline();
  if (online && sync.phase !== "offline") return null;
  return (
    <p className="offline" role="status">
      {online && sync.problem ? errorText(sync.problem) : t("offline")}
    </p>
  );
}
