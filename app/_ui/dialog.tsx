"use client";

import { type ReactNode, useEffect, useState } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";

/**
 * A piece of work of its own above the page; Escape leaves it, and the focus goes back to where it came from. Where something is typed that would be
 * lost, the first Escape says so, and the second leaves.
 */
export function WorkDialog({
  title,
  unsaved,
  onClose,
  children,
}: {
  title: string;
  unsaved: boolean;
  onClose: () => void;
  children: ReactNode;
}) {
  const [warned, setWarned] = useState(false);
  // Who goes on typing is told again the next time.
  useEffect(() => {
    if (!warned) return;
    const forget = () => setWarned(false);
    document.addEventListener("input", forget);
    return () => document.removeEventListener("input", forget);
  }, [warned]);
  return (
    <ModalOverlay
      isOpen
      onOpenChange={(stays) => {
        if (stays) return;
        if (unsaved && !warned) setWarned(true);
        else onClose();
      }}
      className="fixed inset-0 z-30 grid grid-cols-[minmax(0,1fr)] place-items-center overflow-y-auto bg-ground/80 p-4"
    >
      <Modal className="w-[720px] max-w-full rounded border border-edge bg-panel p-4">
        <Dialog className="flex flex-col gap-4">
          <Heading slot="title" className="text-16 font-semibold break-words">
            {title}
          </Heading>
          {children}
          {warned && unsaved ? (
            <p role="alert" className="text-13 text-stale">
              What is typed here is not taken yet. Escape once more leaves it as it was.
            </p>
          ) : null}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
