"use client";

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { Confirm } from "./confirm";
import { watchSteps } from "./steps";
import { leavesPage } from "./way-out";

/** What has been typed and not been saved, told as "the draft of …". @returns what is to be called when it is no more */
type Hold = (what: string) => () => void;
/** Goes elsewhere, once it is agreed that nothing typed is missed. */
type Leave = (go: () => void) => void;

const UnsavedContext = createContext<{ readonly hold: Hold; readonly leave: Leave }>({
  hold: () => () => undefined,
  leave: (go) => go(),
});

/** While something is unsaved, whoever leaves the page is asked first. @param what "the settings of off" */
export function useUnsaved(what: string, unsaved: boolean): void {
  const { hold } = useContext(UnsavedContext);
  useEffect(() => (unsaved ? hold(what) : undefined), [hold, what, unsaved]);
}

/** For what goes to another page without a link. */
export const useLeave = (): Leave => useContext(UnsavedContext).leave;

/** Asks before the page is left, while a form on it holds what is not saved: at links and keys of the app, at Back and Forward, and when the tab is closed. */
export function UnsavedGuard({ children }: { children: ReactNode }) {
  const held = useRef(new Map<symbol, string>());
  /** It was agreed to leave: the browser does not ask once more where the step is a whole load. */
  const letGo = useRef(false);
  const [asked, setAsked] = useState<{ readonly what: readonly string[]; readonly go: () => void }>();
  const leave = useCallback<Leave>((go) => {
    if (held.current.size === 0) go();
    else {
      letGo.current = false;
      setAsked({ what: [...new Set(held.current.values())], go });
    }
  }, []);
  const hold = useCallback<Hold>((what) => {
    const key = Symbol(what);
    held.current.set(key, what);
    letGo.current = false;
    return () => held.current.delete(key);
  }, []);
  const value = useMemo(() => ({ hold, leave }), [hold, leave]);
  useEffect(() => {
    const isHeld = () => held.current.size > 0;
    /** The link that is being followed because it was agreed to. */
    let agreed: HTMLAnchorElement | undefined;
    const click = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      if (!isHeld() || !(link instanceof HTMLAnchorElement) || link === agreed) return;
      const { href, target } = link;
      if (!leavesPage({ href, target, download: link.hasAttribute("download") }, event, location.href))
        return;
      event.preventDefault();
      event.stopPropagation();
      leave(() => {
        agreed = link;
        // A row that was replaced meanwhile can no longer be clicked.
        if (link.isConnected) link.click();
        else location.assign(href);
        agreed = undefined;
      });
    };
    const unload = (event: BeforeUnloadEvent) => {
      if (isHeld() && !letGo.current) event.preventDefault();
    };
    // Before React, whose listeners are at the document: the router must not see the click.
    window.addEventListener("click", click, true);
    window.addEventListener("beforeunload", unload);
    const unwatch = watchSteps(isHeld, leave);
    return () => {
      window.removeEventListener("click", click, true);
      window.removeEventListener("beforeunload", unload);
      unwatch();
    };
  }, [leave]);
  const close = () => setAsked(undefined);
  return (
    <UnsavedContext.Provider value={value}>
      {children}
      <Confirm
        open={asked !== undefined}
        title="Leave without saving?"
        verb="Leave and lose it"
        refusal="Stay here"
        onConfirm={() => {
          close();
          letGo.current = true;
          asked?.go();
        }}
        onClose={close}
      >
        {`Not saved yet: ${asked?.what.join("; ") ?? ""}.`}
      </Confirm>
    </UnsavedContext.Provider>
  );
}
