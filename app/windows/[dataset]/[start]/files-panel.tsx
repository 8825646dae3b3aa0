"use client";

import { Loaded } from "../../../_trpc/loaded";
import type { WindowDetail, WindowRevision } from "../../../_trpc/outputs";
import { bytesText } from "../../../_ui/format";
import { Identifier } from "../../../_ui/identifier";
import { Nothing } from "../../../_ui/instant";
import { Panel } from "../../../_ui/page";
import { Empty } from "../../../_ui/states";
import { type Column, Table } from "../../../_ui/table";
import { Download } from "./download";
import { useRevisions } from "./use-revisions";

interface ListedFile {
  readonly what: string;
  /** Undefined: there is none, and `note` says why. */
  readonly name: string | undefined;
  /** Key of the store; undefined where the file lies outside it. */
  readonly key?: string | undefined;
  readonly bytes?: number | undefined;
  readonly sha256?: string | undefined;
  readonly note?: string | undefined;
}

/** The files that stand for a window now: the current revision's and its projections', and which of them there are none of. */
function filesOf(window: WindowDetail, current: WindowRevision | undefined): readonly ListedFile[] {
  if (!current) return [];
  const { revision, fileKey, manifestKey, bytes, sha256 } = current;
  const canonical: ListedFile =
    fileKey === undefined
      ? { what: `canonical, revision ${revision}`, name: undefined, note: "none: no rows came" }
      : { what: `canonical, revision ${revision}`, name: nameOf(fileKey), key: fileKey, bytes, sha256 };
  const manifest: readonly ListedFile[] =
    manifestKey === undefined ? [] : [{ what: "manifest", name: nameOf(manifestKey), key: manifestKey }];
  return [canonical, ...manifest, ...window.projections.flatMap((each) => productsOf(each, revision))];
}

function productsOf(
  { projection, products, productRevision, wanted, done, error }: WindowDetail["projections"][number],
  revision: number,
): readonly ListedFile[] {
  if (products.length === 0) {
    const waits = error === undefined ? "none yet: queued" : `none yet: ${error}`;
    return [
      {
        what: projection,
        name: undefined,
        note: wanted > done ? waits : "none: it makes nothing of this revision",
      },
    ];
  }
  const earlier = productRevision !== revision;
  return products.map(({ name, key, bytes, sha256 }) => ({
    what: earlier ? `${projection}, still of revision ${productRevision}` : projection,
    name,
    key,
    bytes,
    sha256,
  }));
}

function nameOf(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}

const COLUMNS: readonly Column<ListedFile>[] = [
  {
    head: "File",
    cell: ({ name, note }) =>
      name === undefined ? (
        <Nothing word={note ?? "none"} />
      ) : (
        <Identifier text={name} length={56} what="the file's name" />
      ),
  },
  { head: "Of", cell: ({ what }) => what },
  { head: "Size", number: true, cell: ({ bytes }) => (bytes === undefined ? "" : bytesText(bytes)) },
  {
    head: "SHA-256",
    cell: ({ sha256 }) => (sha256 === undefined ? "" : <Identifier text={sha256} what="the SHA-256" />),
  },
  {
    head: "",
    cell: ({ key, name }) => {
      if (key !== undefined) return <Download fileKey={key} />;
      return name === undefined ? null : <Nothing word="outside the store" />;
    },
  },
];

export function FilesPanel({ window }: { window: WindowDetail }) {
  const revisions = useRevisions(window);
  return (
    <Panel
      title="Files"
      note="Canonical Parquet of the current revision, and what projections made of it."
      flush
    >
      <Loaded query={revisions}>
        {({ pages }) => {
          const current = pages.flatMap((page) => page.items).find((revision) => revision.current);
          const files = filesOf(window, current);
          if (files.length > 0)
            return (
              <Table
                label="Files"
                columns={COLUMNS}
                rows={files}
                rowKey={(file) => `${file.what} ${file.name ?? ""}`}
              />
            );
          return (
            <Empty title="No files">
              The canonical Parquet file stands here as soon as this window is built.
            </Empty>
          );
        }}
      </Loaded>
    </Panel>
  );
}
