"use client";
import { useTranslations } from "next-intl";
import { Dialog } from "@/app/_ui/dialog";
import { Kbd } from "@/app/_ui/kbd";
import { useEditor, useView } from "./context";

const KEYS = [
  ["run", "Ctrl Enter"],
  ["runHere", "Shift Enter"],
  ["stop", "Ctrl Alt Enter"],
  ["add", "Tab"],
  ["undo", "Ctrl Z"],
  ["redo", "Ctrl Y"],
  ["duplicate", "Ctrl D"],
  ["copy", "Ctrl C / X / V"],
  ["all", "Ctrl A"],
  ["along", "Shift ← / →"],
  ["walk", "← ↑ → ↓"],
  ["peek", "O"],
  ["delete", "Del"],
  ["heal", "Ctrl Del"],
  ["rename", "F2"],
  ["mute", "Ctrl M"],
  ["bypass", "Ctrl B"],
  ["freeze", "P"],
  ["note", "Shift S"],
  ["fit", "1"],
  ["actual", "0"],
  ["fitSelection", "."],
  ["minimap", "Alt M"],
  ["tidy", "Shift Alt T"],
] as const;

/** All shortcuts. */
export function Help() {
  const { view } = useEditor();
  const open = useView((v) => v.help);
  const t = useTranslations("app.editor.help");
  return (
    <Dialog open={open} onOpenChange={(help) => view.setState({ help })} title={t("title")}>
      <dl className="grid grid-cols-2 gap-x-8 gap-y-2 px-4 pt-1 pb-4">
        {KEYS.map(([name, keys]) => (
          <div key={name} className="flex items-center justify-between gap-3">
            <dt className="text-ink-2">{t(name)}</dt>
            <dd>
              <Kbd>{keys}</Kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
