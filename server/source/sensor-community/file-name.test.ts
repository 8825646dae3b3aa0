import { describe, expect, it } from "vitest";
import { otherSuffix, parseFileName } from "./file-name";

const of = (type: string, sensor: string, indoor = false) => ({ day: "2019-12-02", type, sensor, indoor });

describe("names of day files", () => {
  it.each([
    ["2019-12-02_sds011_sensor_141.csv", of("sds011", "141")],
    ["2019-12-02_sds011_sensor_141.csv.gz", of("sds011", "141")],
    ["2019-12-02_radiation_sbm-20_sensor_31122.csv", of("radiation_sbm-20", "31122")],
    ["2019-12-02_bme280_sensor_7_indoor.csv", of("bme280", "7", true)],
    ["2019-12-02_bme280_sensor_7_indoor.csv.gz", of("bme280", "7", true)],
    ["2019-12-02_my_sensor_x_sensor_7.csv", of("my_sensor_x", "7")],
    ["2019-12-02_sds011.csv", undefined],
    ["2019-12-02_sds011_sensor_.csv", undefined],
    ["_sensor_7.csv", undefined],
    ["measurements.txt", undefined],
    ["2019-12-02_sds011_sensor_141.csv.bak", undefined],
  ])("%s", (name, expected) => {
    expect(parseFileName(name)).toEqual(expected);
  });

  it.each([
    ["a.csv", "a.csv.gz"],
    ["a.csv.gz", "a.csv"],
  ])("%s may also be served as %s", (name, expected) => {
    expect(otherSuffix(name)).toBe(expected);
  });
});
