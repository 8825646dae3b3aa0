import { describe, expect, it } from "vitest";
import { difference } from "./difference";

describe("the difference of two states", () => {
  it.each([
    ["a field", { enabled: false }, { enabled: true }, [["enabled", "false", "true"]]],
    ["what stays is left out", { a: 1, b: "x" }, { a: 1, b: "y" }, [["b", "x", "y"]]],
    [
      "what comes",
      null,
      { kind: "odb", on: true },
      [
        ["kind", undefined, "odb"],
        ["on", undefined, "true"],
      ],
    ],
    ["what goes", { reason: "why" }, undefined, [["reason", "why", undefined]]],
    [
      "nested fields by their path",
      { next: { span: "PT1H", from: 1 } },
      { next: { span: "PT2H", from: 1 } },
      [["next.span", "PT1H", "PT2H"]],
    ],
    [
      "a nested thing that goes",
      { next: { span: "PT1H" } },
      { next: null },
      [["next.span", "PT1H", undefined]],
    ],
    ["sentences without a name", ["source a is off"], [], [["", "source a is off", "nothing"]]],
    ["nothing", { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
  ])("shows %s", (_name, before, after, changes) => {
    expect(difference(before, after).map((each) => [each.field, each.before, each.after])).toEqual(changes);
  });

  it.each([
    ["by its name", { client_secret: "s3cret" }],
    ["by its name deep inside", { config: { login: { apiKey: "s3cret", user: "me" } } }],
    ["as an object", { credentials: { user: "s3cret" } }],
    ["inside a list", { brokers: [{ password: "s3cret" }] }],
    ["inside a URL", { url: "amqp://me:s3cret@broker/" }],
    ["inside a URL in a list", { urls: ["amqp://me:s3cret@broker/"] }],
    ["inside a URL in an object in a list", { urls: [{ url: "amqp://me:s3cret@broker/" }] }],
  ])("never shows a secret, known %s", (_name, after) => {
    const shown = difference(undefined, after);
    expect(JSON.stringify(shown)).not.toContain("s3cret");
    expect(JSON.stringify(shown)).toContain("(secret)");
  });

  it("shows what only sounds like a secret", () => {
    const after = { token_endpoint: "https://x.example/token", subject: "me@x.example" };
    expect(difference({}, after).map(({ after: text }) => text)).toEqual(Object.values(after));
  });
});
