"use client";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { useErrorText } from "@/app/_editor/words";
import { Bar } from "../../ui/bar";
import { Button, IconButton } from "../../ui/button";
import { useFormat } from "../../ui/use-format";
import { areUploading, cancelUpload, resumeUpload, type Upload, useUploads } from "./uploads";

/** A small file is there before anybody could read of it. */
const SHOWN_FROM_BYTES = 2_000_000;

/** Files on their way, in the corner of every page. */
export function UploadTray() {
  const t = useTranslations("app.uploads");
  const uploads = useUploads((state) => state.uploads);
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => areUploading() && event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, []);
  const shown = uploads.filter(({ size, failure }) => failure || size >= SHOWN_FROM_BYTES);
  if (!shown.length) return null;
  return (
    <section
      aria-label={t("title")}
      className="fixed right-4 bottom-4 z-[65] flex w-[min(340px,calc(100vw-32px))] flex-col gap-3 rounded-3 border border-line-2 bg-raised px-3.5 py-3 shadow-3"
    >
      {shown.map((upload) => (
        <Row key={upload.id} upload={upload} />
      ))}
    </section>
  );
}

function Row({ upload }: { upload: Upload }) {
  const t = useTranslations("app.uploads");
  const errorText = useErrorText();
  const { id, name, failure } = upload;
  return (
    <div className="flex flex-col gap-1.5" aria-live="polite">
      <div className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{name}</span>
        <IconButton icon="x" size="sm" label={t("cancel", { name })} onClick={() => cancelUpload(id)} />
      </div>
      {failure ? (
        <div className="flex items-center gap-2 text-11 text-failed" role="alert">
          <span className="flex-1">{errorText({ data: failure, message: failure.reason })}</span>
          <Button size="sm" icon="retry" onClick={() => resumeUpload(id)}>
            {t("resume")}
          </Button>
        </div>
      ) : (
        <UnderWay upload={upload} />
      )}
    </div>
  );
}

function UnderWay({ upload: { size, progress } }: { upload: Upload }) {
  const t = useTranslations("app.uploads");
  const format = useFormat();
  const { sent, bytesPerSecond, secondsLeft, retryIn } = progress;
  const parts = [
    t("sent", { sent: format.bytes(sent), size: format.bytes(size) }),
    ...(bytesPerSecond ? [t("rate", { rate: format.bytes(bytesPerSecond) })] : []),
    ...(secondsLeft ? [t("left", { time: format.seconds(Math.ceil(secondsLeft)) })] : []),
  ];
  return (
    <>
      <Bar label={t("progress")} value={sent} max={size} />
      <p className="flex justify-between gap-2 text-11 text-ink-3">
        <span>
          {retryIn === undefined ? parts.join(", ") : t("retry", { time: format.seconds(retryIn) })}
        </span>
        <span>{format.percent(size ? sent / size : 1, 0)}</span>
      </p>
    </>
  );
}
