import { procedure, router } from "./procedure";

/** The line as a whole: what home shows. */
export const lineRouter = router({
  home: procedure.query(({ ctx }) => ctx.ports.views.home()),
  intake: procedure.query(({ ctx }) => ctx.ports.views.intake()),
});
