"use client";

import type { ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Button } from "./button";

/** Asks once more where it hurts: the question names the number, and so does the button. */
export function Confirm({
  open,
  title,
  verb,
  refusal = "Not now",
  onConfirm,
  onClose,
  children,
}: {
  open: boolean;
  title: string;
  verb: string;
  refusal?: string;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  return (
    <ModalOverlay
      isOpen={open}
      onOpenChange={(stays) => {
        if (!stays) onClose();
      }}
      isDismissable
      className="fixed inset-0 z-30 grid grid-cols-[minmax(0,1fr)] place-items-center bg-ground/80 p-4"
    >
      <Modal className="w-96 max-w-full rounded border border-edge bg-panel p-4">
        <Dialog role="alertdialog" className="flex flex-col gap-3">
          <Heading slot="title" className="text-16 font-semibold">
            {title}
          </Heading>
          <p className="text-muted">{children}</p>
          <div className="flex flex-wrap gap-2">
            <Button look="primary" onPress={onConfirm}>
              {verb}
            </Button>
            <Button onPress={onClose}>{refusal}</Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
