import Link from "next/link";
import { Page } from "./_ui/page";

export default function NotFound() {
  return (
    <Page title="There is no such page" sentence="The address may be mistyped, or what stood here is gone.">
      <p>
        <Link href="/" className="link">
          Go home
        </Link>{" "}
        and look from there.
      </p>
    </Page>
  );
}
