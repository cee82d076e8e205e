"use client";
import type { ReactNode } from "react";
import { Toaster } from "../ui/toast";
import { TooltipProvider } from "../ui/tooltip";
import { UploadTray } from "./_uploads/upload-tray";
import { TrpcProvider } from "./trpc/provider";

export function Providers({ children }: { children: ReactNode }) {
  return (
    <TrpcProvider>
      <TooltipProvider delayDuration={400}>
        {children}
        <UploadTray />
      </TooltipProvider>
      <Toaster />
    </TrpcProvider>
  );
}
