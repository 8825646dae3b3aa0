/** `node --import tsx bench/make-payload.ts <rows> <start, µs> <end, µs> <file>`: writes a payload and prints what it holds as JSON: in a process of its own, whose memory is not the line's. */
import { rm } from "node:fs/promises";
import { DuckdbColumnar } from "../server/adapters/duckdb/columnar";
import { writeBenchPayload } from "./payload";

const [rows = "", start = "", end = "", file = ""] = process.argv.slice(2);
const tempDirectory = `${file}.made`;
const columnar = new DuckdbColumnar({ tempDirectory });
const given = await writeBenchPayload(
  columnar,
  Number(rows),
  { start: Number(start), end: Number(end) },
  file,
);
await columnar.close();
await rm(tempDirectory, { recursive: true, force: true });
console.log(JSON.stringify(given));
