"use client";

import { useState } from "react";
import { useSay } from "../_ui/toast";
import { failureOf } from "./failure";

/**
 * Runs what a click asks for, once at a time, and says what came of it.
 * @param doing returns the sentence to say. @returns whether it went well
 */
export function useAct() {
  const say = useSay();
  const [pending, setPending] = useState(false);
  const act = async (doing: () => Promise<string>): Promise<boolean> => {
    setPending(true);
    try {
      say("done", await doing());
      return true;
    } catch (error) {
      say("failed", failureOf(error).message);
      return false;
    } finally {
      setPending(false);
    }
  };
  return { act, pending };
}

/** Names one click: sent twice, it asks once. (`crypto.randomUUID` exists on secure pages only, and a page over plain http on a LAN is none.) */
export function requestKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
