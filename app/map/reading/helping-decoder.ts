import type { Columns, Decoder } from "./decoder";
import type { DecodeReply, DecodeRequest } from "./decoding-worker";
import { Gone } from "./gone";
import type { Group } from "./plan-groups";

interface Waiting {
  readonly request: DecodeRequest;
  readonly resolve: (columns: Columns | Promise<Columns>) => void;
  readonly reject: (error: Error) => void;
}

/** Has another worker decode. Where that one cannot be started or dies, what it was given is decoded here. */
export class HelpingDecoder implements Decoder {
  private helper: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;

  constructor(
    start: () => Worker,
    private readonly here: Decoder,
  ) {
    try {
      this.helper = start();
      this.helper.onmessage = ({ data }: MessageEvent<DecodeReply>) => this.settle(data);
      this.helper.onerror = (event) => {
        // Seen to here: else it would be an error of this worker too, and its page would give up what is being done.
        event.preventDefault();
        this.doWithout();
      };
      this.helper.onmessageerror = () => this.doWithout();
    } catch {
      this.doWithout();
    }
  }

  decode(group: Group, names: readonly string[]): Promise<Columns> {
    if (!this.helper) return this.here.decode(group, names);
    this.last += 1;
    const request = { id: this.last, group, names };
    return new Promise((resolve, reject) => {
      this.waiting.set(request.id, { request, resolve, reject });
      this.helper?.postMessage(request);
    });
  }

  private settle(reply: DecodeReply): void {
    if ("dead" in reply) {
      this.doWithout();
      return;
    }
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if ("columns" in reply) waiting?.resolve(new Map(reply.columns));
    else
      waiting?.reject(reply.failed.gone ? new Gone(reply.failed.message) : new Error(reply.failed.message));
  }

  private doWithout(): void {
    this.helper?.terminate();
    this.helper = undefined;
    for (const { request, resolve } of this.waiting.values())
      resolve(this.here.decode(request.group, request.names));
    this.waiting.clear();
  }
}
