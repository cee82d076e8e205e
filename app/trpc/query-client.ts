import { QueryClient } from "@tanstack/react-query";
import { TRPCClientError } from "@trpc/client";

/** What the server refused stays refused; only the network is tried again. */
function worthRetrying(failures: number, error: Error): boolean {
  return failures < 3 && error instanceof TRPCClientError && error.data === undefined;
}

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { staleTime: 15_000, retry: worthRetrying, refetchOnWindowFocus: true } },
  });
}
