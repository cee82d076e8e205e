"use client";
import { QueryClientProvider } from "@tanstack/react-query";
import {
  createTRPCClient,
  httpBatchLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClientErrorLike,
} from "@trpc/client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import { type ReactNode, useState } from "react";
import superjson from "superjson";
import { withAnyKeys } from "@/graph/wire-keys";
import type { AppRouter } from "@/server/router";
import { makeQueryClient } from "./query-client";
import { teamHeaders, teamParams } from "./team";

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();
export type TrpcError = TRPCClientErrorLike<AppRouter>;

const URL = "/api/trpc";
const transformer = withAnyKeys(superjson);

/** Queries and mutations in batches; subscriptions as server-sent events that resume where they broke off. */
function makeClient() {
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (op) => op.type === "subscription",
        true: httpSubscriptionLink({ url: URL, transformer, connectionParams: teamParams }),
        false: httpBatchLink({
          url: URL,
          transformer,
          maxURLLength: 4000,
          maxItems: 20,
          headers: teamHeaders,
        }),
      }),
    ],
  });
}

export function TrpcProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(makeQueryClient);
  const [trpcClient] = useState(makeClient);
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
