import { Fragment } from "react";

/** Broken at its dots only. */
export function QueueName({ name }: { name: string }) {
  return (
    <span className="font-mono text-12">
      {name.split(".").map((part, place, parts) => (
        <Fragment key={parts.slice(0, place + 1).join(".")}>
          {part}
          {place < parts.length - 1 ? "." : ""}
          <wbr />
        </Fragment>
      ))}
    </span>
  );
}
