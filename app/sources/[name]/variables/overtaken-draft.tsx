import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../../_trpc/client";
import type { VariableMap } from "../../../_trpc/outputs";
import { Button } from "../../../_ui/button";
import { Instant } from "../../../_ui/instant";
import { OvertakenNotice } from "../../../_ui/overtaken-notice";
import type { TakeOver } from "./take-over";

function Names({ names }: { names: readonly string[] }) {
  return <span className="font-mono text-12 break-all">{names.join(", ")}</span>;
}

/** Says that another version came into force while a draft was made: which and by whom, and what of it the draft changes too. */
export function OvertakenDraft({
  of: { source, hash, version },
  takeOver: { theirs, both },
  onTakeOver,
}: {
  of: VariableMap;
  takeOver: TakeOver;
  onTakeOver: () => void;
}) {
  const trpc = useTRPC();
  const versions = useQuery(trpc.variableMap.versions.queryOptions({ source }));
  const by = versions.data?.find((each) => each.hash === hash)?.by;
  return (
    <OvertakenNotice
      actions={<Button onPress={onTakeOver}>{`Take my changes over to version ${version}`}</Button>}
    >
      <p>
        {`Version ${version} of the map has come into force since you began this draft`}
        {by ? (
          <>
            {`, by ${by.who}, `}
            <Instant at={by.at} />
          </>
        ) : null}
        {theirs.length > 0 ? (
          <>
            . It changes <Names names={theirs} />
          </>
        ) : null}
        .{" "}
        {both.length === 0 ? (
          "Your draft changes none of them to something else."
        ) : (
          <>
            Your draft changes <Names names={both} /> too, to something else: there yours is kept, and the
            draft shows it beside theirs.
          </>
        )}
      </p>
      <p>Nothing can be saved until you take your changes over to it, or discard them.</p>
    </OvertakenNotice>
  );
}
