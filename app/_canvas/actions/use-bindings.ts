"use client";
/** The keys this person chose, kept in this browser and the same in all its tabs. */
import { useCallback } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { keysText } from "@/app/_editor/keys-text";
import type { Action } from "./action";
import { type Bindings, byKeys, keysOf, readBindings, withKeys } from "./bindings";
import { ACTION_OF_NAME, ALL_ACTIONS } from "./index";

const KEPT_AS = "telar-keys";

const store = createStore<Bindings>(() => ({}));
const read = () => store.setState(readBindings(localStorage.getItem(KEPT_AS), ALL_ACTIONS), true);
if (typeof window !== "undefined") {
  read();
  window.addEventListener("storage", (event) => event.key === KEPT_AS && read());
}

export const useBindings = (): Bindings => useStore(store);

export function bind(name: string, keys: readonly string[] | undefined): void {
  store.setState(withKeys(store.getState(), name, keys), true);
  localStorage.setItem(KEPT_AS, JSON.stringify(store.getState()));
}

let known: { chosen: Bindings; actions: ReadonlyMap<string, Action> } | undefined;

/** The action that keys call, by `keyName`. */
export function actionOfKeys(keys: string): Action | undefined {
  const chosen = store.getState();
  if (known?.chosen !== chosen) known = { chosen, actions: byKeys(ALL_ACTIONS, chosen) };
  return known.actions.get(keys);
}

/** The keys of an action as they are written beside it. */
export function useKeysText(): (name: string) => string | undefined {
  const chosen = useBindings();
  return useCallback(
    (name: string) => {
      const action = ACTION_OF_NAME.get(name);
      const [first] = action ? keysOf(action, chosen) : [];
      return first && keysText(first);
    },
    [chosen],
  );
}
