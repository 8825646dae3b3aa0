import { Gone } from "./gone";
import type { Answers, Asked, Reply, Request, Verb } from "./messages";

interface Waiting {
  readonly resolve: (answer: Answers[Verb]) => void;
  readonly reject: (error: Error) => void;
}

/** The page's end of the map's worker. */
export class MapWorker {
  private readonly worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;

  constructor() {
    this.worker.onmessage = ({ data }: MessageEvent<Reply>) => this.settle(data);
    this.worker.onerror = (event) => {
      const error = new Error(event.message || "The map's reader could not be started.");
      for (const { reject } of this.waiting.values()) reject(error);
      this.waiting.clear();
    };
  }

  /** @throws Gone when a file that was planned with is not there any more */
  ask<V extends Verb>(verb: V, asked: Asked[V]): Promise<Answers[V]> {
    this.last += 1;
    const request: Request<V> = { id: this.last, verb, asked };
    return new Promise<Answers[V]>((resolve, reject) => {
      this.waiting.set(request.id, { resolve: resolve as Waiting["resolve"], reject });
      this.worker.postMessage(request);
    });
  }

  end(): void {
    this.worker.terminate();
    this.waiting.clear();
  }

  private settle(reply: Reply): void {
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if ("answer" in reply) waiting?.resolve(reply.answer);
    else
      waiting?.reject(reply.failed.gone ? new Gone(reply.failed.message) : new Error(reply.failed.message));
  }
}
