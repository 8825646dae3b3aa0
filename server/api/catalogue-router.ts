import { AddSource } from "../installation/add-source";
import { procedure, router } from "./procedure";

/** What the catalogue is made of. */
export const catalogueRouter = router({
  sourceKinds: procedure.query(({ ctx }) => ctx.ports.verbs.sourceKinds()),
  addSource: procedure.input(AddSource).mutation(({ ctx, input }) => ctx.ports.verbs.addSource(input)),
});
