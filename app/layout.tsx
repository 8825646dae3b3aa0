import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { KeepFocus } from "./_shell/keep-focus";
import { Keys } from "./_shell/keys";
import { Rail } from "./_shell/rail";
import { ReprocessBanner } from "./_shell/reprocess-banner";
import { WorkerBanner } from "./_shell/worker-banner";
import { ApiProvider } from "./_trpc/provider";
import { ToastRegion } from "./_ui/toast";
import { UnsavedGuard } from "./_ui/unsaved";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Ionbeam", template: "%s · Ionbeam" },
  description: "Weather observations of many networks, in windows of time.",
};

export const viewport: Viewport = {
  colorScheme: "light dark",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#ffffff" },
    { media: "(prefers-color-scheme: dark)", color: "#14181b" },
  ],
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <a
          href="#content"
          className="sr-only rounded bg-accent px-3 py-2 text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-40"
        >
          Skip to the content
        </a>
        <ApiProvider>
          <ToastRegion>
            <UnsavedGuard>
              <div className="min-h-dvh md:flex">
                <Rail />
                <div className="flex min-w-0 flex-1 flex-col">
                  <WorkerBanner />
                  <div className="flex-1">{children}</div>
                  <ReprocessBanner />
                </div>
              </div>
              <Keys />
            </UnsavedGuard>
            <KeepFocus />
          </ToastRegion>
        </ApiProvider>
      </body>
    </html>
  );
}
