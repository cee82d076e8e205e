"use client";
import { Toaster as Sonner } from "sonner";

export { toast } from "sonner";

export function Toaster() {
  return (
    <Sonner
      position="bottom-center"
      offset={60}
      gap={8}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            "flex w-[356px] items-center gap-2.5 rounded-3 bg-ink px-3 py-2.5 font-sans text-12 text-inverse shadow-3",
          content: "min-w-0 flex-1",
          title: "font-medium",
          description: "mt-0.5 text-11 opacity-80",
          actionButton:
            "flex-none rounded-[5px] bg-raised px-2 h-6 text-11 font-medium text-ink cursor-pointer",
          cancelButton: "flex-none text-11 underline cursor-pointer",
        },
      }}
    />
  );
}
