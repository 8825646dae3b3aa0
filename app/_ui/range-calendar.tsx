"use client";

import { type CalendarDate, parseDate } from "@internationalized/date";
import { CalendarRange, ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import {
  Button as AriaButton,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  DialogTrigger,
  Heading,
  I18nProvider,
  Popover,
  RangeCalendar,
} from "react-aria-components";
import { BUTTON_LOOKS, BUTTON_SHAPE } from "./button";

/** Whole days of UTC, both included, as `2026-11-24`. */
export interface Days {
  readonly first: string;
  readonly last: string;
}

const STEP =
  "grid size-8 cursor-pointer place-items-center rounded text-muted hover:bg-raised hover:text-ink disabled:cursor-default disabled:opacity-40";

const CELL =
  "grid size-9 cursor-pointer place-items-center rounded tabular-nums outline-none data-disabled:cursor-default data-disabled:opacity-40 data-outside-month:invisible data-hovered:bg-raised data-selected:bg-accent-soft data-selection-start:bg-accent data-selection-start:text-accent-ink data-selection-end:bg-accent data-selection-end:text-accent-ink data-focus-visible:outline-2 data-focus-visible:outline-accent";

/**
 * A button that opens a calendar in which the first and the last day of a range are chosen, by mouse, finger or arrow keys. Days are days of UTC, weeks
 * begin on Monday.
 * @param latest the last day that can be chosen: `2026-11-24`
 */
export function RangeCalendarButton({
  label,
  days,
  latest,
  onChange,
}: {
  label: string;
  /** What is chosen now; undefined where that is no range of whole days. */
  days: Days | undefined;
  latest: string;
  onChange: (days: Days) => void;
}) {
  const [open, setOpen] = useState(false);
  const last = parseDate(latest);
  const choose = ({ start, end }: { start: CalendarDate; end: CalendarDate }) => {
    setOpen(false);
    onChange({ first: start.toString(), last: end.toString() });
  };
  return (
    <DialogTrigger isOpen={open} onOpenChange={setOpen}>
      <AriaButton className={`${BUTTON_SHAPE} ${BUTTON_LOOKS.plain}`}>
        <CalendarRange aria-hidden="true" className="size-4" />
        {label}
      </AriaButton>
      {/* The popover is the dialog itself: its buttons for screen readers, to dismiss it, would stand outside of one within it. */}
      <Popover
        aria-label={label}
        className="rounded border border-edge bg-panel p-3"
        placement="bottom start"
      >
        {/* A locale of its own, so that a week begins on the same day for everybody. */}
        <I18nProvider locale="en-GB">
          <RangeCalendar
            aria-label={label}
            autoFocus
            value={days ? { start: parseDate(days.first), end: parseDate(days.last) } : null}
            defaultFocusedValue={days ? parseDate(days.last) : last}
            maxValue={last}
            onChange={choose}
          >
            <div className="mb-2 flex items-center justify-between">
              <AriaButton slot="previous" className={STEP}>
                <ChevronLeft aria-hidden="true" className="size-4" />
              </AriaButton>
              <Heading className="text-14 font-semibold" />
              <AriaButton slot="next" className={STEP}>
                <ChevronRight aria-hidden="true" className="size-4" />
              </AriaButton>
            </div>
            <CalendarGrid>
              <CalendarGridHeader>
                {(day) => (
                  <CalendarHeaderCell className="h-6 text-12 font-normal text-muted">
                    {day}
                  </CalendarHeaderCell>
                )}
              </CalendarGridHeader>
              <CalendarGridBody>{(date) => <CalendarCell date={date} className={CELL} />}</CalendarGridBody>
            </CalendarGrid>
          </RangeCalendar>
        </I18nProvider>
        <p className="mt-2 text-12 text-muted">Days of UTC, the last one included.</p>
      </Popover>
    </DialogTrigger>
  );
}
