import Link from "next/link";
import type { ReactNode } from "react";
import { BUTTON_LOOKS, BUTTON_SHAPE } from "./button";

/** A link that looks like the one action that matters: it goes somewhere. */
export function LinkButton({
  href,
  children,
  look = "plain",
}: {
  href: string;
  children: ReactNode;
  look?: keyof typeof BUTTON_LOOKS;
}) {
  return (
    <Link href={href} className={`${BUTTON_SHAPE} ${BUTTON_LOOKS[look]}`}>
      {children}
    </Link>
  );
}
