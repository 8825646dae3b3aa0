import { roomsWithReserve } from "../source/intake";
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
  /** The disks that are written to, as this process sees them, in bytes. */
  rooms: procedure.query(async ({ ctx }) => {
    const { rooms, bounds } = ctx.ports.intake;
    return roomsWithReserve(await rooms(), bounds);
  }),
  versions: procedure.query(({ ctx }) => ctx.ports.verbs.versions()),
});
