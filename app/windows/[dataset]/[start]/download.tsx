import { Download as Icon } from "lucide-react";
import { fileHref } from "../../../_ui/file-href";

/** The link that downloads a file of the store. */
export function Download({ fileKey }: { fileKey: string }) {
  return (
    <a
      href={fileHref(fileKey)}
      download
      className="link inline-flex items-center gap-1.5"
      aria-label={`Download ${fileKey.slice(fileKey.lastIndexOf("/") + 1)}`}
    >
      <Icon aria-hidden="true" className="size-3.5" />
      Download
    </a>
  );
}
