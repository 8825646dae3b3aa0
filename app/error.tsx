"use client";

import { Page } from "./_ui/page";
import { Failed } from "./_ui/states";

/** A page that broke while it was drawn. */
export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  const quoted = error.digest === undefined ? "" : ` Quote ${error.digest} when you report it.`;
  return (
    <Page title="This page broke">
      <Failed
        failure={{ message: `It could not be drawn: ${error.message}.${quoted}`, passing: false }}
        retry={reset}
      />
    </Page>
  );
}
