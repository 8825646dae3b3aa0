import { Behaviour, Depth } from "../../../server/reprocess/model";
import { readTyped, typedText } from "../../_ui/typed-time";
import type { AddressChange } from "../../_ui/use-address";
import { type Range, rangesText, readRanges } from "../ranges";

/** A range as it is typed, whether it can be read or not. */
export interface Typed {
  /** Empty: all of them. */
  readonly dataset: string;
  readonly from: string;
  readonly to: string;
}

/** The form as it stands: what its address says, and nothing beside it. */
export interface ReprocessForm {
  /** Ranges that were chosen elsewhere, two or more; else there is what is typed. */
  readonly chosen: readonly Range[];
  readonly typed: Typed;
  readonly behaviour: Behaviour;
  readonly depth: Depth;
  readonly forced: boolean;
  readonly newestFirst: boolean;
  readonly note: string;
}

const NOTHING_TYPED: Typed = { dataset: "", from: "", to: "" };

/** Ranges that somebody chose are meant as they are; a range that is typed is looked through for what needs work. */
const behaviourOf = (given: boolean): Behaviour => (given ? "all" : "missing-failed");

/** Reads the form out of its address; what cannot be read there is as on an empty form. One range alone is shown as if it were typed. */
export function readForm(address: Pick<URLSearchParams, "get">): ReprocessForm {
  const text = (name: string) => address.get(name) ?? "";
  const given = readRanges(text("in"));
  const [only] = given.length === 1 ? given : [];
  return {
    chosen: given.length > 1 ? given : [],
    typed: only
      ? { dataset: only.dataset, from: typedText(only.start), to: typedText(only.end) }
      : given.length > 1
        ? NOTHING_TYPED
        : { dataset: text("dataset"), from: text("from"), to: text("to") },
    behaviour: Behaviour.safeParse(text("which")).data ?? behaviourOf(given.length > 0),
    depth: Depth.safeParse(text("depth")).data ?? "dataset",
    forced: text("forced") === "yes",
    newestFirst: text("newest") === "first",
    note: text("note"),
  };
}

/** What stands in the address of a form; what is as on an empty form is left out. */
export function formAddress(form: ReprocessForm): AddressChange {
  const { chosen, typed, behaviour, depth } = form;
  const given = chosen.length > 0;
  const typing = given ? NOTHING_TYPED : typed;
  return {
    in: given ? rangesText(chosen) : "",
    ...typing,
    which: behaviour === behaviourOf(given) ? "" : behaviour,
    depth: depth === "dataset" ? "" : depth,
    forced: form.forced ? "yes" : "",
    newest: form.newestFirst ? "first" : "",
    note: form.note,
  };
}

/** The ranges that a form asks for; none while what is typed is no range. @param datasets all that there are */
export function rangesOf({ chosen, typed }: ReprocessForm, datasets: readonly string[]): readonly Range[] {
  if (chosen.length > 0) return chosen;
  const [start, end] = [readTyped(typed.from), readTyped(typed.to)];
  if (start === undefined || end === undefined || end <= start) return [];
  return (typed.dataset === "" ? datasets : [typed.dataset]).map((dataset) => ({ dataset, start, end }));
}
