"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "../_trpc/client";
import { useAct } from "../_trpc/use-act";
import { Button } from "../_ui/button";
import { plural } from "../_ui/format";
import { Identifier } from "../_ui/identifier";
import { MarkGlyph } from "../_ui/mark";
import { Panel } from "../_ui/page";

/** Where the settings file says something else than the catalogue, which is what counts: what, and the way to apply it. Else nothing. */
export function SettingsDiffer() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const settings = useQuery(trpc.settings.state.queryOptions());
  const apply = useMutation(trpc.settings.takeOver.mutationOptions());
  const { act, pending } = useAct();
  if (!settings.data) return null;
  const { file, differences, problem } = settings.data;
  if (file === undefined || (differences.length === 0 && problem === undefined)) return null;
  const press = () =>
    act(async () => {
      const applied = await apply.mutateAsync();
      await queries.invalidateQueries();
      return applied.length === 0
        ? "The settings file was applied before; nothing differs."
        : `${plural(applied.length, "difference")} applied: the catalogue says what the settings file says.`;
    });
  return (
    <Panel
      title="Settings and catalogue differ"
      note={<Identifier text={file} length={48} what="the path of the settings file" />}
      action={
        problem === undefined ? (
          <Button onPress={press} pending={pending}>
            {`Apply ${plural(differences.length, "difference")}`}
          </Button>
        ) : null
      }
    >
      {problem === undefined ? (
        <div className="flex flex-col gap-2">
          <ul className="flex flex-col gap-1">
            {differences.map((difference) => (
              <li key={difference} className="flex gap-2">
                <span className="pt-0.5">
                  <MarkGlyph glyph="corner" tone="stale" />
                </span>
                <span className="min-w-0 break-words">{difference}</span>
              </li>
            ))}
          </ul>
          <p className="max-w-[80ch] text-muted">
            What runs is what stands in the catalogue. Applying takes over what the file says, and leaves what
            it does not speak of.
          </p>
        </div>
      ) : (
        <p className="max-w-[100ch] break-words text-failed">{problem}</p>
      )}
    </Panel>
  );
}
