import { useSyncExternalStore } from "react";

const never = () => () => {};

/** Whether this page answers yet: what came from the server does not until React has taken it over. */
export const useHydrated = () =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
