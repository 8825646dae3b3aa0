import { describe, expect, it } from "vitest";
import { intakeBounds, parseSettings, refuseMissingAdapters } from "./settings";

const good = `sources:
  ioncannon:
    data_path: /data/raw
    num_stations: 500
  acronet:
    anything: 1
  scheduler:
    windows:
      - source_name: ioncannon
        window_size: PT05M
        trigger_interval: 300
projections:
  pygeoapi_service:
    config_path: /x.yml
`;

describe("settings", () => {
  it("reads the seed's YAML, durations normalised", () => {
    const { values } = parseSettings(good, "a.yaml");
    expect(values.sources?.scheduler?.windows).toEqual([
      { source_name: "ioncannon", window_size: "PT5M", trigger_interval: "PT5M", window_lag: "PT0S" },
    ]);
    expect(values.sources?.ioncannon).toEqual({ data_path: "/data/raw", num_stations: 500 });
  });

  it("an empty file is no setting at all", () => expect(parseSettings("", "a.yaml").values).toEqual({}));

  it("reads when collection waits; what is not named is not said", () => {
    const text =
      "intake:\n  disk_reserve: 5%\n  max_payload_size: 1GiB\n  max_wait: PT1H\n  max_windows: 10\n";
    expect(intakeBounds(parseSettings(text, "a.yaml"))).toEqual({
      reserve: { kind: "share", share: 0.05 },
      payloadBytes: 1024 ** 3,
      waited: 3_600_000_000,
      windows: 10,
    });
    expect(intakeBounds(parseSettings("", "a.yaml"))).toEqual({});
  });

  it.each([
    ["an unknown key", `${good}brokr:\n  url: x\n`, /a\.yaml, line 15: "brokr" is not a setting/],
    [
      "an unknown key inside",
      good.replace("trigger_interval", "trigger_intervall"),
      /line 11: "sources\.scheduler\.windows\.0\.trigger_intervall" is not a setting/,
    ],
    [
      "a missing value",
      good.replace("        window_size: PT05M\n", ""),
      /"sources\.scheduler\.windows\.0\.window_size"/,
    ],
    ["a wrong value", good.replace("PT05M", "5 minutes"), /line 10: .*window_size.*not an ISO 8601 duration/],
    ["broken YAML", "a: [1, 2\nb: 3\n", /not valid YAML, line \d.*: correct that line\.$/],
    [
      "half a disk",
      "intake:\n  disk_reserve: half\n",
      /line 2: "intake\.disk_reserve": give how much of the disk/,
    ],
    ["a share of nothing", "intake:\n  max_payload_size: 5%\n", /line 2: .* give an amount of bytes/],
    [
      "a policy that is none",
      "datasets:\n  ioncannon:\n    policy: later\n",
      /line 3: "datasets\.ioncannon\.policy": "later" is neither wait nor an ISO 8601 duration/,
    ],
    [
      "a span that cannot be",
      "datasets:\n  ioncannon:\n    span: P1M\n",
      /line 3: "datasets\.ioncannon\.span": .*counts calendar months/,
    ],
    [
      "a retention of a minute",
      "datasets:\n  ioncannon:\n    keep_points: PT1M\n",
      /line 3: "datasets\.ioncannon\.keep_points": .*not between PT1H and P36525D; write P30D/,
    ],
    [
      "a misspelt setting of a dataset",
      "datasets:\n  ioncannon:\n    keep_point: P1D\n",
      /line 3: "datasets\.ioncannon\.keep_point" is not a setting/,
    ],
    [
      "a misspelt key of a map",
      "maps:\n  ioncannon:\n    datetime: {}\n    lat: { standard_name: latitude, cf_unit: degrees_north, form_col: x }\n",
      /line 4: "maps\.ioncannon\.lat\.form_col" is not a setting/,
    ],
    [
      "an alert at once",
      "alerts:\n  silent_after:\n    ioncannon: PT0S\n",
      /line 3: "alerts\.silent_after\.ioncannon": "PT0S" is no ISO 8601 duration from PT1S to P366D; write .*, or off/,
    ],
    ["a list at the top", "- sources\n- b\n", /, line 1: the settings are no mapping: begin with "sources:"/],
    ["a word", "\n\nsources\n", /, line 3: the settings are no mapping/],
  ])("refuses %s with its line", (_name, text, words) =>
    expect(() => parseSettings(text, "a.yaml")).toThrow(words),
  );

  it.each([
    ["redis:\n  redis_url: redis://x\n", /line 2: "redis\.redis_url" asks for jobs on Redis/],
    ["\nbroker:\n  url: amqp://x\n", /line 3: "broker\.url" asks for messages on RabbitMQ/],
  ])("stops a start on an adapter that is not there yet: %j", (text, words) =>
    expect(() => refuseMissingAdapters(parseSettings(text, "a.yaml"))).toThrow(words),
  );
});
