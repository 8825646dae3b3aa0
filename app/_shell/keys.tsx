"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Button } from "../_ui/button";
import { useLeave } from "../_ui/unsaved";
import { LINE, UPKEEP } from "./places";

const PLACES = [...LINE, ...UPKEEP];
/** How long after `g` its second key is waited for. */
const PAIR_MS = 1_200;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null
  );
}

/** Keys: `g` and a letter go to a page, `?` lists them. */
export function Keys() {
  const router = useRouter();
  const leave = useLeave();
  const [listed, setListed] = useState(false);
  useEffect(() => {
    let pressedG = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === "?") return setListed(true);
      const place = PLACES.find(({ key }) => key === event.key);
      if (place && event.timeStamp - pressedG < PAIR_MS) leave(() => router.push(place.href));
      pressedG = event.key === "g" ? event.timeStamp : 0;
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [router, leave]);
  return (
    <ModalOverlay
      isOpen={listed}
      onOpenChange={setListed}
      isDismissable
      className="fixed inset-0 z-30 grid grid-cols-[minmax(0,1fr)] place-items-center bg-ground/80 p-4"
    >
      <Modal className="w-80 max-w-full rounded border border-edge bg-panel p-4">
        <Dialog className="flex flex-col gap-3">
          <Heading slot="title" className="text-16 font-semibold">
            Keys
          </Heading>
          <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
            {PLACES.map(({ key, name }) => (
              <div key={key} className="contents">
                <dt className="font-mono text-13">g {key}</dt>
                <dd>{name}</dd>
              </div>
            ))}
            <dt className="font-mono text-13">?</dt>
            <dd>This list</dd>
          </dl>
          <div>
            <Button onPress={() => setListed(false)}>Close</Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
