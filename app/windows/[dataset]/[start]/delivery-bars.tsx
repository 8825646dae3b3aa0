import type { WindowDelivery, WindowDetail } from "../../../_trpc/outputs";
import { durationText, instantText, percentText, plural, spanText } from "../../../_ui/format";
import { type Lane, packBars } from "./pack-bars";
import { barLook, StandingMark } from "./standing";

type Covered = Pick<
  WindowDetail,
  "start" | "end" | "gaps" | "coverageShare" | "sealedAt" | "deliveriesInAll"
>;

/** Gaps that are told before a person asks for all. */
const TOLD = 5;

/** Where a span lies in the window, as CSS. */
function place(window: Covered, { start, end }: { start: number; end: number }) {
  const percent = (micros: number) => `${(micros / (window.end - window.start)) * 100}%`;
  return { left: percent(start - window.start), width: percent(end - start) };
}

/** The window from left to right: what is covered, then the deliveries in lanes, over the gaps, which are hatched and listed in words. */
export function DeliveryBars({
  window,
  deliveries,
}: {
  window: Covered;
  /** The first of them, as many as are drawn; undefined while they are read. */
  deliveries: readonly WindowDelivery[] | undefined;
}) {
  const { lanes, undrawn } = packBars(window, deliveries ?? [], window.sealedAt);
  const beyond = deliveries === undefined ? 0 : undrawn + window.deliveriesInAll - deliveries.length;
  return (
    <div className="flex flex-col gap-2">
      <div
        role="img"
        aria-label={`${percentText(window.coverageShare)} of the window is covered by what ${plural(window.deliveriesInAll, "delivery", "deliveries")} claim; ${plural(window.gaps.length, "gap")}. The table of deliveries has the same facts.`}
        className="grid grid-cols-[minmax(0,1fr)] gap-x-3 md:grid-cols-[120px_minmax(0,1fr)]"
      >
        <Row label={<span className="text-12 text-muted">covered</span>} window={window}>
          <div
            className={`absolute inset-x-0 top-1 bottom-1 rounded border border-edge ${window.gaps.length > 0 ? "bg-incomplete/60" : "bg-built/60"}`}
          />
        </Row>
        {lanes.map((lane, number) => (
          <Row
            key={lane.bars[0]?.delivery.key ?? number}
            label={
              lanes[number - 1]?.standing === lane.standing ? null : <StandingMark standing={lane.standing} />
            }
            window={window}
          >
            <Bars lane={lane} window={window} />
          </Row>
        ))}
        <Axis window={window} />
      </div>
      {beyond > 0 ? (
        <p className="text-13 text-muted">
          And {plural(beyond, "delivery", "deliveries")} more, in the table below.
        </p>
      ) : null}
      <Gaps window={window} />
    </div>
  );
}

/** One lane, the gaps hatched behind it. */
function Row({
  label,
  window,
  children,
}: {
  label: React.ReactNode;
  window: Covered;
  children: React.ReactNode;
}) {
  return (
    <>
      <div className={`min-w-0 self-center text-12 ${label === null ? "max-md:hidden" : ""}`}>{label}</div>
      <div className="relative h-5 border-x border-line">
        {children}
        {window.gaps.map((gap) => (
          <div
            key={gap.start}
            className="absolute inset-y-0 min-w-0.5 bg-panel"
            style={place(window, gap)}
            title={`No delivery for ${spanText(gap.start, gap.end)}`}
          >
            <div className="hatch size-full" />
          </div>
        ))}
      </div>
    </>
  );
}

function Bars({ lane, window }: { lane: Lane<WindowDelivery>; window: Covered }) {
  return lane.bars.map(({ delivery, span, claimed }) => (
    <div
      key={delivery.key}
      title={`${delivery.source ?? "another program"}: ${claimed ? "claims" : "claims nothing here, has rows within"} ${spanText(span.start, span.end)}, ${plural(delivery.rows, "row")}, ${lane.standing}`}
      className={`absolute top-1 bottom-1 z-[1] min-w-[3px] rounded-[3px] border ${barLook(lane.standing)} ${claimed ? "" : "border-dotted"}`}
      style={place(window, span)}
    />
  ));
}

function Axis({ window }: { window: Covered }) {
  return (
    <>
      <div className="max-md:hidden" />
      <div className="flex justify-between gap-4 pt-1 text-12 text-muted">
        <span>{instantText(window.start)}</span>
        <span className="text-right">{instantText(window.end)}</span>
      </div>
    </>
  );
}

/** The holes in words: hatching alone tells nobody when. */
function Gaps({ window: { gaps } }: { window: Covered }) {
  if (gaps.length === 0) return null;
  const words = gaps.map(({ start, end }) => ({
    start,
    text: `${spanText(start, end)} (${durationText(end - start)})`,
  }));
  const list = (some: typeof words) => (
    <ul className="list-disc pl-5 text-muted">
      {some.map(({ start, text }) => (
        <li key={start}>{text}</li>
      ))}
    </ul>
  );
  return (
    <div className="text-13">
      <p>{plural(gaps.length, "gap")}, for which nothing was delivered:</p>
      {list(words.slice(0, TOLD))}
      {words.length > TOLD ? (
        <details>
          <summary className="cursor-pointer text-muted">and {words.length - TOLD} more</summary>
          {list(words.slice(TOLD))}
        </details>
      ) : null}
    </div>
  );
}
