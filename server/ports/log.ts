export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log. `message` is a fixed sentence; what varies goes into fields. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log whose every line carries these fields (message id, window, source). */
  with(fields: LogFields): Log;
}
