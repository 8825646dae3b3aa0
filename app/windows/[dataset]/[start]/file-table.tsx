import { Download } from "lucide-react";
import type { WindowDetail } from "../../../_trpc/outputs";
import { bytesText } from "../../../_ui/format";
import { Identifier } from "../../../_ui/identifier";
import { Nothing } from "../../../_ui/instant";
import { Empty } from "../../../_ui/states";
import { type Column, Table } from "../../../_ui/table";

interface ListedFile {
  readonly what: string;
  readonly name: string;
  /** Key of the store; undefined where the file lies outside it. */
  readonly key: string | undefined;
  readonly bytes: number | undefined;
  readonly sha256: string | undefined;
}

/** The files that stand for a window now: the current revision's and its projections'. */
export function filesOf(window: Pick<WindowDetail, "revisions" | "projections">): readonly ListedFile[] {
  const current = window.revisions.find((revision) => revision.current);
  const canonical = (current?.fileKey === undefined ? [] : [current.fileKey]).map((key) => ({
    what: `canonical, revision ${current?.revision ?? 0}`,
    name: nameOf(key),
    key,
    bytes: current?.bytes,
    sha256: current?.sha256,
  }));
  const manifest = (current?.manifestKey === undefined ? [] : [current.manifestKey]).map((key) => ({
    what: "manifest",
    name: nameOf(key),
    key,
    bytes: undefined,
    sha256: undefined,
  }));
  const products = window.projections.flatMap((projection) =>
    projection.products.map((product) => ({
      what: projection.projection,
      name: product.name,
      key: product.key,
      bytes: product.bytes,
      sha256: product.sha256,
    })),
  );
  return [...canonical, ...manifest, ...products];
}

function nameOf(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}

const COLUMNS: readonly Column<ListedFile>[] = [
  { head: "File", cell: ({ name }) => <Identifier text={name} length={56} what="the file's name" /> },
  { head: "Of", cell: ({ what }) => what },
  { head: "Size", number: true, cell: ({ bytes }) => (bytes === undefined ? "" : bytesText(bytes)) },
  {
    head: "SHA-256",
    cell: ({ sha256 }) => (sha256 === undefined ? "" : <Identifier text={sha256} what="the SHA-256" />),
  },
  {
    head: "",
    cell: ({ key, name }) =>
      key === undefined ? (
        <Nothing word="outside the store" />
      ) : (
        <a
          href={fileHref(key)}
          download
          className="link inline-flex items-center gap-1.5"
          aria-label={`Download ${name}`}
        >
          <Download aria-hidden="true" className="size-3.5" />
          Download
        </a>
      ),
  },
];

function fileHref(key: string): string {
  return `/api/files/${key.split("/").map(encodeURIComponent).join("/")}`;
}

export function FileTable({ window }: { window: WindowDetail }) {
  const files = filesOf(window);
  if (files.length > 0)
    return (
      <Table label="Files" columns={COLUMNS} rows={files} rowKey={(file) => `${file.what} ${file.name}`} />
    );
  return (
    <Empty title="No files">
      {window.revision === undefined
        ? "The canonical Parquet file stands here as soon as this window is built."
        : "The current revision is empty: no rows came, so there is no file."}
    </Empty>
  );
}
