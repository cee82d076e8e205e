"use client";
import { useSyncExternalStore } from "react";

const subscribe = (changed: () => void) => {
  document.addEventListener("visibilitychange", changed);
  return () => document.removeEventListener("visibilitychange", changed);
};

/**
 * Whether the tab is looked at. Streams of hidden tabs are closed: a browser opens six connections to one server
 * over HTTP/1.1, all tabs together, and a seventh would wait for ever.
 */
export function useVisible(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => document.visibilityState === "visible",
    () => true,
  );
}
