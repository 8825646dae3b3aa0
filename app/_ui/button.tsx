"use client";

import type { ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components";

export const BUTTON_LOOKS = {
  primary: "bg-accent text-accent-ink border-accent hover:opacity-90",
  plain: "bg-panel text-ink border-edge/60 hover:bg-raised",
  quiet: "bg-transparent text-accent border-transparent hover:bg-accent-soft",
} as const;

export const BUTTON_SHAPE =
  "inline-flex h-8 shrink-0 cursor-pointer items-center gap-1.5 rounded border px-3 text-13 font-medium whitespace-nowrap transition-colors";

/** A button says a verb and, where there are several, the number. While it is pending it keeps its place and its size. */
export function Button({
  children,
  onPress,
  look = "plain",
  pending = false,
  disabled = false,
  type = "button",
  label,
}: {
  children: ReactNode;
  onPress?: () => void;
  look?: keyof typeof BUTTON_LOOKS;
  pending?: boolean;
  disabled?: boolean;
  type?: "button" | "submit";
  /** For readers that do not see what stands around it. */
  label?: string;
}) {
  return (
    <AriaButton
      type={type}
      isPending={pending}
      isDisabled={disabled}
      {...(onPress ? { onPress } : {})}
      {...(label ? { "aria-label": label } : {})}
      className={`${BUTTON_SHAPE} disabled:cursor-default disabled:opacity-50 data-pending:opacity-60 ${BUTTON_LOOKS[look]}`}
    >
      {children}
    </AriaButton>
  );
}
