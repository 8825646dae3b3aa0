"use client";

import { createTRPCContext } from "@trpc/tanstack-react-query";
import type { ApiRouter } from "../../server/api/root";

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<ApiRouter>();
