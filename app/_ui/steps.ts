import { isOtherPage } from "./way-out";

/** As much of the browser's Navigation API as is used here; TypeScript does not know it yet. */
interface StepEvent extends Event {
  readonly navigationType: string;
  readonly destination: { readonly url: string; readonly key: string };
}
interface Steps extends EventTarget {
  traverseTo(key: string): unknown;
}

/**
 * Has Back and Forward agreed to before they take the page away. Only the Navigation API tells of a step before it is made; where a browser does not have it, or
 * does not let the step be stopped, the step is made as ever: to undo it afterwards would leave the router and the address apart.
 * @returns ends the watch
 */
export function watchSteps(isHeld: () => boolean, leave: (go: () => void) => void): () => void {
  const steps = (window as { navigation?: Steps }).navigation;
  if (!steps) return () => undefined;
  let agreed: string | undefined;
  const onStep = (event: Event) => {
    const { navigationType, destination, cancelable } = event as StepEvent;
    if (navigationType !== "traverse") return;
    const { key, url } = destination;
    const isAgreed = key === agreed;
    agreed = undefined;
    if (isAgreed || !cancelable || !isHeld() || !isOtherPage(url, location.href)) return;
    event.preventDefault();
    leave(() => {
      agreed = key;
      steps.traverseTo(key);
    });
  };
  steps.addEventListener("navigate", onStep);
  return () => steps.removeEventListener("navigate", onStep);
}
