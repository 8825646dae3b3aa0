import type { ReactNode, Ref } from "react";

/** A page: name, its state in one sentence, the one action that matters at the right, then the content. */
export function Page({
  title,
  sentence,
  action,
  above,
  children,
}: {
  title: ReactNode;
  sentence?: ReactNode;
  action?: ReactNode;
  above?: ReactNode;
  children: ReactNode;
}) {
  return (
    <main id="content" tabIndex={-1} className="mx-auto w-full max-w-[1360px] px-4 py-5 md:px-8 md:py-7">
      {above ? <div className="mb-1 text-13 text-muted">{above}</div> : null}
      <header className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-80">
          <h1 className="text-20 font-semibold tracking-tight break-words">{title}</h1>
          {sentence ? <div className="mt-1 max-w-[80ch] text-muted">{sentence}</div> : null}
        </div>
        {action ? <div className="flex flex-wrap items-center gap-2">{action}</div> : null}
      </header>
      <div className="flex flex-col gap-6">{children}</div>
    </main>
  );
}

/** A part of a page under its own heading. */
export function Panel({
  title,
  note,
  action,
  flush = false,
  target,
  children,
}: {
  title: string;
  note?: ReactNode;
  action?: ReactNode;
  /** For tables, which have their own margins. */
  flush?: boolean;
  /** Where the page brings the focus to. */
  target?: Ref<HTMLElement>;
  children: ReactNode;
}) {
  return (
    <section
      ref={target}
      tabIndex={target ? -1 : undefined}
      className="min-w-0 overflow-hidden rounded border bg-panel"
      aria-label={title}
    >
      <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b px-3 py-2">
        <div className="flex flex-wrap items-baseline gap-x-3">
          <h2 className="text-14 font-semibold">{title}</h2>
          {note ? <p className="text-12 text-muted">{note}</p> : null}
        </div>
        {action}
      </header>
      <div className={flush ? "overflow-x-auto" : "p-3"}>{children}</div>
    </section>
  );
}
