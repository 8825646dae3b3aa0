import { procedure, router } from "./procedure";

/** The settings file beside the catalogue. */
export const settingsRouter = router({
  state: procedure.query(({ ctx }) => ctx.ports.settings.state()),
  /** Takes over what the file says, as `config import` does. */
  takeOver: procedure.mutation(({ ctx }) => ctx.ports.settings.apply()),
});
