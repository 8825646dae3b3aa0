import net from "node:net";
import { behind, throughListener } from "./proxy-address.testing";

/** A wire between a program and PostgreSQL that can be cut, go silent, or lose the answer to a COMMIT. */
export interface LossyProxy {
  /** The database's address through this wire. */
  readonly connectionString: string;
  /** Cuts all connections that are open. */
  cut(): void;
  /** From now on nothing passes on the connections that are open; new ones work. Neither side is told. */
  silence(): void;
  /** The next connection on which the program sends this goes silent with it: neither this nor anything after it passes. */
  silenceWith(text: string): void;
  /** Loses the answer to every nth COMMIT, `times` times, and the connection with it: PostgreSQL has committed, the program cannot know. 0: none. */
  loseCommits(every: number, times?: number): void;
  /** Answers to COMMIT that were lost. */
  lost(): number;
  /** Connections that were ended here while they were open. */
  ended(): number;
  close(): Promise<void>;
}

interface Wire {
  readonly program: net.Socket;
  readonly server: net.Socket;
  silent: boolean;
  /** The answer that comes next belongs to a COMMIT and is to be lost. */
  losing: boolean;
}

/** @param connectionString of a PostgreSQL that is reached by TCP or by a socket's folder */
export async function openLossyProxy(connectionString: string): Promise<LossyProxy> {
  const target = behind(connectionString);
  const wires = new Set<Wire>();
  let every = 0;
  let left = 0;
  let commits = 0;
  let lost = 0;
  let ended = 0;
  let swallowed: string | undefined;

  const end = (wire: Wire) => {
    wires.delete(wire);
    wire.program.destroy();
    wire.server.destroy();
  };
  const listener = net.createServer((program) => {
    const wire: Wire = { program, server: net.connect(target), silent: false, losing: false };
    wires.add(wire);
    program.on("data", (bytes) => {
      if (swallowed !== undefined && bytes.includes(swallowed)) {
        swallowed = undefined;
        wire.silent = true;
      }
      if (wire.silent) return;
      if (every > 0 && lost < left && bytes.includes("COMMIT\0")) {
        commits += 1;
        wire.losing = commits % every === 0;
      }
      wire.server.write(bytes);
    });
    wire.server.on("data", (bytes) => {
      if (wire.silent) return;
      if (!wire.losing) return program.write(bytes);
      lost += 1;
      end(wire);
    });
    for (const side of [program, wire.server]) {
      side.on("error", () => undefined);
      side.on("close", () => wire.silent || end(wire));
    }
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));

  return {
    connectionString: throughListener(connectionString, listener),
    cut() {
      ended += wires.size;
      for (const wire of wires) end(wire);
    },
    silence() {
      for (const wire of wires) wire.silent = true;
    },
    silenceWith(text) {
      swallowed = text;
    },
    loseCommits(given, times = Number.POSITIVE_INFINITY) {
      every = given;
      left = times;
    },
    lost: () => lost,
    ended: () => ended,
    async close() {
      for (const wire of wires) end(wire);
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
