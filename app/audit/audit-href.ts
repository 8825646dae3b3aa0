import { kindOf } from "../../server/audit/model";
import { letterHref } from "../dead-letters/letter-href";

/** The page of the thing that an entry of the audit is about; undefined where it has none. */
export function auditHref({ what, subject }: { what: string; subject: string }): string | undefined {
  const space = subject.lastIndexOf(" ");
  const [first, last] = [subject.slice(0, space), subject.slice(space + 1)];
  switch (kindOf(what)) {
    case "source":
      return `/sources/${encodeURIComponent(subject)}`;
    case "dataset":
      return `/datasets/${encodeURIComponent(subject)}`;
    case "delivery":
      return "/ingests";
    case "window":
      return space > 0 ? `/windows/${encodeURIComponent(first)}/${encodeURIComponent(last)}` : undefined;
    case "projection":
      return space > 0 ? `/datasets/${encodeURIComponent(last)}` : undefined;
    case "reprocess":
      return `/reprocess/${encodeURIComponent(subject)}`;
    case "dead-letter":
      return space > 0 ? letterHref({ queue: first, id: last }) : undefined;
    case "alert":
      return what === "alert settings" ? "/settings" : "/operations";
    case "webhook":
      return "/settings";
    case "config":
      return "/sources";
    default:
      return undefined;
  }
}
