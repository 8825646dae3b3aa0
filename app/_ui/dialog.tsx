"use client";

import type { ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";

/** A piece of work of its own above the page; Escape leaves it, and the focus goes back to where it came from. */
export function WorkDialog({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
}) {
  return (
    <ModalOverlay
      isOpen
      onOpenChange={(stays) => {
        if (!stays) onClose();
      }}
      className="fixed inset-0 z-30 grid grid-cols-[minmax(0,1fr)] place-items-center overflow-y-auto bg-ground/80 p-4"
    >
      <Modal className="w-[720px] max-w-full rounded border border-edge bg-panel p-4">
        <Dialog className="flex flex-col gap-4">
          <Heading slot="title" className="text-16 font-semibold break-words">
            {title}
          </Heading>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
