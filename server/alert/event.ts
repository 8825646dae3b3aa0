import { uuidv5 } from "../message";
import { formatInstant, type Micros } from "../observation/time";
import type { AlertMessage, OpenAlert } from "../ports/alerts";

/** What the types of our events begin with (CloudEvents 1.0.2, 3.1.1: reverse-DNS). */
const TYPE = "int.ecmwf.ionbeam";

export interface CloudEvent {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: "application/json";
  readonly data: object;
}

/** What the webhook is told of an alert: an event of CloudEvents 1.0 in its JSON format. Its id follows from what it tells, so that twice the same is known as that. */
export function alertMessage(
  alert: OpenAlert,
  kind: AlertMessage["kind"],
  at: Micros,
  resolution?: string,
): AlertMessage {
  const { id: number, rule, subject, sentence, href, since, openedAt } = alert;
  const id = uuidv5("alert message", number, openedAt, kind);
  return {
    id,
    alert: number,
    kind,
    body: event(id, `alert.${kind}`, subject, at, {
      alert: number,
      rule,
      subject,
      state: kind === "opened" ? "open" : "resolved",
      sentence,
      page: href,
      since: since === undefined ? null : formatInstant(since),
      opened_at: formatInstant(openedAt),
      resolved_at: kind === "resolved" ? formatInstant(at) : null,
      resolution: resolution ?? null,
    }),
  };
}

/** What the test button sends. */
export function testEvent(id: string, at: Micros): CloudEvent {
  return event(id, "webhook.test", "webhook", at, {
    sentence: "A person tries whether alerts arrive here. Nothing is wrong.",
  });
}

function event(id: string, type: string, subject: string, at: Micros, data: object): CloudEvent {
  return {
    specversion: "1.0",
    id,
    source: "/ionbeam",
    type: `${TYPE}.${type}`,
    subject,
    time: formatInstant(at),
    datacontenttype: "application/json",
    data,
  };
}
