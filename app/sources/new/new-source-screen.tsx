"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { FieldIssue } from "../../../server/configuration/model";
import { useTRPC } from "../../_trpc/client";
import { wrongFields } from "../../_trpc/failure";
import { Loaded } from "../../_trpc/loaded";
import { useAct } from "../../_trpc/use-act";
import { Button } from "../../_ui/button";
import { Choice, Field } from "../../_ui/field";
import { Page, Panel } from "../../_ui/page";
import { useUnsaved } from "../../_ui/unsaved";
import { sourceHref } from "../source-href";

export function NewSourceScreen() {
  const trpc = useTRPC();
  const kinds = useQuery(trpc.catalogue.sourceKinds.queryOptions());
  return (
    <Page
      above={
        <Link href="/sources" className="link">
          Sources
        </Link>
      }
      title="Add a source"
      sentence="Another source of a kind, with settings, schedules and a dataset of its own. It is off until you enable it."
    >
      <Panel title="Source">
        <Loaded query={kinds}>{(data) => <NewSource kinds={data} />}</Loaded>
      </Panel>
    </Page>
  );
}

function NewSource({ kinds }: { kinds: readonly { readonly kind: string; readonly title: string }[] }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const router = useRouter();
  const add = useMutation(trpc.catalogue.addSource.mutationOptions());
  const { act, pending } = useAct();
  const [kind, setKind] = useState(kinds[0]?.kind ?? "");
  const [name, setName] = useState("");
  const [dataset, setDataset] = useState("");
  const [refused, setRefused] = useState<readonly FieldIssue[]>([]);
  const [tried, setTried] = useState(false);
  useUnsaved("the new source", !add.isSuccess && (name !== "" || dataset !== ""));
  const issue = (field: string) => refused.find(({ path }) => path[0] === field)?.message;
  const submit = () => {
    setTried(true);
    if (name === "") return;
    return act(async () => {
      try {
        await add.mutateAsync({ name, kind, ...(dataset === "" ? {} : { dataset }) });
      } catch (error) {
        setRefused(wrongFields(error));
        throw error;
      }
      await queries.invalidateQueries(trpc.source.pathFilter());
      router.push(sourceHref(name));
      return `${name} is added. It is off: look at its configuration and schedules, then enable it.`;
    });
  };
  return (
    <form
      aria-label="Add a source"
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="flex flex-wrap items-start gap-3">
        <Choice label="Kind" value={kind} onChange={setKind}>
          {kinds.map((each) => (
            <option key={each.kind} value={each.kind}>
              {each.title}
            </option>
          ))}
        </Choice>
        <Field
          label="Name"
          value={name}
          onChange={(text) => {
            setName(text);
            setRefused([]);
          }}
          error={issue("name") ?? (tried && name === "" ? "give it a name" : undefined)}
          hint="in its queue and in files, such as air_north"
        />
        <Field
          label="Dataset"
          value={dataset}
          onChange={(text) => {
            setDataset(text);
            setRefused([]);
          }}
          error={issue("dataset")}
          hint="a new one; empty: as its name"
        />
        <div className="pt-5">
          <Button type="submit" look="primary" pending={pending}>
            Add source
          </Button>
        </div>
      </div>
    </form>
  );
}
