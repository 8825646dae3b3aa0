/** Where a worker of the page reads the file of a key. */
export function fileAddress(key: string): string {
  return `${self.location.origin}/api/files/${key.split("/").map(encodeURIComponent).join("/")}`;
}
