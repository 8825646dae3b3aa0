"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../_trpc/client";
import { Loaded } from "../_trpc/loaded";
import { Identifier } from "../_ui/identifier";
import { Mark } from "../_ui/mark";
import { Page, Panel } from "../_ui/page";
import { SettingsDiffer } from "../sources/settings-differ";
import { AlertSettingsPanel } from "./alert-settings-panel";
import { WebhookPanel } from "./webhook-panel";

/** What is set for the whole installation. */
export function SettingsScreen() {
  return (
    <Page
      title="Settings"
      sentence="From when on something is an alert, and who is told. Sources and datasets are set on their own pages."
    >
      <AlertSettingsPanel />
      <WebhookPanel />
      <SettingsDiffer />
      <SettingsFile />
    </Page>
  );
}

/** The settings file, where it says the same as the catalogue; where it does not, its differences stand above. */
function SettingsFile() {
  const trpc = useTRPC();
  const settings = useQuery(trpc.settings.state.queryOptions());
  return (
    <Panel title="Settings file">
      <Loaded
        query={settings}
        skeleton={<div role="status" aria-label="Loading" className="skeleton h-10" />}
      >
        {({ file, differences, problem }) =>
          file === undefined ? (
            <p className="max-w-[80ch] text-muted">
              None is named: what counts is what stands in the catalogue. A file of settings is named by
              IONBEAM_CONFIG_PATH.
            </p>
          ) : (
            <p className="flex flex-wrap items-center gap-x-3">
              <Identifier text={file} length={64} what="the path of the settings file" />
              {differences.length === 0 && problem === undefined ? (
                <Mark glyph="tick" tone="built" word="says what the catalogue says" />
              ) : (
                <Mark glyph="corner" tone="stale" word="differs: see above" />
              )}
            </p>
          )
        }
      </Loaded>
    </Panel>
  );
}
