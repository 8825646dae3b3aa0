import { procedure, router } from "./procedure";

/** The last day of the line, apart: it changes by the hour, and need not be asked again for each change. */
export const historyRouter = router({
  lastDay: procedure.query(({ ctx }) => ctx.ports.views.lastDay()),
});

/** The line as a whole: what home shows. */
export const lineRouter = router({
  home: procedure.query(({ ctx }) => ctx.ports.views.home()),
  worker: procedure.query(({ ctx }) => ctx.ports.views.worker()),
  intake: procedure.query(({ ctx }) => ctx.ports.views.intake()),
  versions: procedure.query(({ ctx }) => ctx.ports.verbs.versions()),
});
