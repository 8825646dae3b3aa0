/** Where the focus is, told so that it is found again when the element has gone. */
export interface Place {
  readonly element: HTMLElement;
  /** From the nearest part of the page that holds it outwards: that part, and how many elements before it can be reached there. */
  readonly within: readonly { readonly part: Element; readonly index: number }[];
}

const REACHABLE =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex]:not([tabindex="-1"])';

const PANEL = "section, [role=region]";
/** Keys pressed there are text, or do something. */
const ACTED_ON = "button, input, textarea, select";

/** Elements of a part that Tab comes to, in order. */
function reachable(part: Element): readonly HTMLElement[] {
  return [...part.querySelectorAll<HTMLElement>(REACHABLE)].filter(
    (each) => each.tabIndex >= 0 && each.getClientRects().length > 0,
  );
}

/** Remembers where an element is. */
export function placeOf(element: HTMLElement): Place {
  const within: { part: Element; index: number }[] = [];
  for (let part = element.parentElement; part && part !== document.body; part = part.parentElement)
    within.push({ part, index: reachable(part).indexOf(element) });
  return { element, within };
}

/**
 * What to put the focus on when the element of a place has gone: the element itself where it can be reached all the same, else, in the smallest part of the page that
 * is still there, what has come to its place, or what was before it; a panel's or the page's heading where there is neither. What is pressed or typed once
 * more must not do something else: for a button that is there but cannot be pressed any more, and where a whole panel has gone and the next one has a button
 * or a field there, the heading above is taken.
 * @returns undefined when the whole page has gone
 */
export function sensibleAt({ element, within }: Place): HTMLElement | undefined {
  if (element.isConnected && !element.matches(":disabled")) return element;
  if (element.isConnected && element.matches("button")) return headingOf(element);
  const panelGone = within.some(({ part }) => part.matches(PANEL) && !part.isConnected);
  for (const { part, index } of within) {
    if (!part.isConnected) continue;
    const own = ownHeading(part);
    if (own && part.matches("main")) return own;
    const others = reachable(part);
    const next = index < 0 ? undefined : others[index];
    if (next) return panelGone && next.matches(ACTED_ON) ? (headingOf(next) ?? next) : next;
    if (own) return part.matches("header") ? own : (others.at(-1) ?? own);
  }
  return undefined;
}

function headingOf(element: Element): HTMLElement | undefined {
  const panel = element.closest(`${PANEL}, main`);
  return panel ? ownHeading(panel) : undefined;
}

/** The heading of a panel, of the page's head or of the page. */
function ownHeading(part: Element): HTMLElement | undefined {
  if (!part.matches("main, section, header, [role=region]")) return undefined;
  return part.querySelector<HTMLElement>("h1, h2, h3") ?? undefined;
}
