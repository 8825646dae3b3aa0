"use client";

import { useEffect } from "react";
import { type Place, placeOf, sensibleAt } from "../_ui/focus-place";

/** So long whoever took an element away may give the focus away himself: a dialog that closes, a page that is loaded. */
const OTHERS_FIRST_MS = 60;

/**
 * Keeps the focus where the work is. A button that goes with what it did (cancel, discard, load more), or that cannot be pressed any more, leaves the focus on the
 * body, and who works by keyboard begins at the top of the page; so it is put on what took its place. Who leaves an element by himself is let go.
 */
export function KeepFocus() {
  useEffect(() => {
    let here: Place | undefined;
    /** Where it was before a dialog or a message above the page was gone into. */
    let onPage: Place | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      const at = document.activeElement;
      if (!(at instanceof HTMLElement) || at === document.body) return;
      here = placeOf(at);
      if (at.closest("main")) onPage = here;
    };
    const lost = () => {
      const at = document.activeElement;
      return at === null || at === document.body || at.matches(":disabled");
    };
    const restore = () => {
      timer = undefined;
      if (!lost() || here === undefined || !document.hasFocus()) return;
      const next = sensibleAt(here) ?? (onPage && sensibleAt(onPage)) ?? heading();
      if (!next) return;
      if (!next.matches(FOCUSABLE_ALREADY)) next.tabIndex = -1;
      next.focus({ preventScroll: true });
    };
    const check = () => {
      if (here === undefined || timer !== undefined || !lost()) return;
      if (here.element.isConnected && !here.element.matches(":disabled")) return;
      timer = setTimeout(restore, OTHERS_FIRST_MS);
    };
    const left = (event: FocusEvent) => {
      if (event.relatedTarget !== null || !document.hasFocus()) return;
      const { target } = event;
      // Only afterwards is it known whether it was left or taken away.
      setTimeout(() => {
        if (!(target instanceof HTMLElement) || !lost()) return;
        if (target.isConnected && !target.matches(":disabled")) here = undefined;
        else check();
      });
    };
    const changes = new MutationObserver(check);
    changes.observe(document.body, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ["disabled"],
    });
    const before = ["focusin", "keydown", "pointerdown"] as const;
    for (const event of before) document.addEventListener(event, look, true);
    document.addEventListener("focusout", left, true);
    return () => {
      changes.disconnect();
      clearTimeout(timer);
      for (const event of before) document.removeEventListener(event, look, true);
      document.removeEventListener("focusout", left, true);
    };
  }, []);
  return null;
}

const FOCUSABLE_ALREADY = "a[href], button, input, select, textarea, [tabindex]";
const heading = () => document.querySelector<HTMLElement>("main h1") ?? undefined;
