import { z } from "zod";
import { procedure, router } from "../api/procedure";
import { AlertRule } from "./model";
import { SetAlertSettings, SetWebhook } from "./verbs";

const PAGE = 30;
const Numbered = z.object({ alert: z.number().int().positive() });

export const alertRouter = router({
  /** Open or past alerts, newest first, each with what the webhook was told. */
  list: procedure
    .input(
      z.object({
        state: z.enum(["open", "resolved"]),
        rule: AlertRule.optional(),
        cursor: z.string().optional(),
      }),
    )
    .query(({ ctx, input }) => ctx.ports.verbs.alerts({ ...input, limit: PAGE })),
  mute: procedure.input(Numbered).mutation(({ ctx, input }) => ctx.ports.verbs.muteAlert(input.alert)),
  unmute: procedure.input(Numbered).mutation(({ ctx, input }) => ctx.ports.verbs.unmuteAlert(input.alert)),
  settings: procedure.query(({ ctx }) => ctx.ports.verbs.alertSettings()),
  setSettings: procedure
    .input(SetAlertSettings)
    .mutation(({ ctx, input }) => ctx.ports.verbs.setAlertSettings(input)),
  webhook: procedure.query(({ ctx }) => ctx.ports.verbs.webhook()),
  setWebhook: procedure.input(SetWebhook).mutation(({ ctx, input }) => ctx.ports.verbs.setWebhook(input)),
  testWebhook: procedure.mutation(({ ctx }) => ctx.ports.verbs.testWebhook()),
});
