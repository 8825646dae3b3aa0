"use client";

import { X } from "lucide-react";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import { Button } from "react-aria-components";
import { MarkGlyph } from "./mark";

interface Toast {
  readonly id: number;
  readonly kind: "done" | "failed";
  readonly text: string;
}

type Say = (kind: Toast["kind"], text: string) => void;

const SHOWN_MS = 8_000;
const SayContext = createContext<Say>(() => undefined);

/** Says what an action did. */
export const useSay = () => useContext(SayContext);

/** Shows what actions did, at the lower edge, read out by screen readers; a failure stays until it is put away. */
export function ToastRegion({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const put = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const say = useCallback<Say>(
    (kind, text) => {
      const id = performance.now();
      setToasts((all) => [...all.slice(-2), { id, kind, text }]);
      if (kind === "done") setTimeout(() => put(id), SHOWN_MS);
    },
    [put],
  );
  const value = useMemo(() => say, [say]);
  return (
    <SayContext.Provider value={value}>
      {children}
      <div
        role="log"
        aria-label="What actions did"
        className="pointer-events-none fixed inset-x-4 bottom-4 z-20 flex flex-col items-end gap-2"
      >
        {toasts.map((toast) => (
          <div
            key={toast.id}
            className="pointer-events-auto flex max-w-[560px] items-start gap-2 rounded border border-edge bg-panel py-2 pr-1 pl-3"
          >
            <span className="pt-0.5">
              {toast.kind === "done" ? (
                <MarkGlyph glyph="tick" tone="built" />
              ) : (
                <MarkGlyph glyph="cross" tone="failed" />
              )}
            </span>
            <p className="min-w-0 break-words">{toast.text}</p>
            <Button
              aria-label="Put this message away"
              onPress={() => put(toast.id)}
              className="grid size-6 shrink-0 cursor-pointer place-items-center rounded text-muted hover:text-ink"
            >
              <X aria-hidden="true" className="size-3.5" />
            </Button>
          </div>
        ))}
      </div>
    </SayContext.Provider>
  );
}
