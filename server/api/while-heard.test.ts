import { expect, it } from "vitest";
import { Transient } from "../errors";
import { whileHeard } from "./while-heard";

const answers = async () => undefined;
const silent = async () => {
  throw new Error("no answer");
};

/** Work that ends only when it is told to. */
function open<Result>() {
  let finish: (result: Result) => void = () => undefined;
  const work = new Promise<Result>((resolve) => {
    finish = resolve;
  });
  return { work, finish };
}

it("what is answered is passed on, and what fails too", async () => {
  await expect(whileHeard(Promise.resolve(7), silent)).resolves.toBe(7);
  await expect(whileHeard(Promise.reject(new Error("of its own")), silent)).rejects.toThrow("of its own");
});

it("long work is waited for while the database answers", async () => {
  const { work, finish } = open<string>();
  let asked = 0;
  const heard = async () => {
    asked += 1;
    if (asked === 3) finish("done");
  };
  await expect(whileHeard(work, heard, 1)).resolves.toBe("done");
  expect(asked).toBe(3);
});

it("a database that is not heard from is told of, and may be asked again", async () => {
  const { work } = open<string>();
  const error = await whileHeard(work, silent, 1).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Transient);
  expect(error).toMatchObject({ message: "PostgreSQL has not answered for some seconds: no answer" });
});

it("one that answered and then fell silent as well", async () => {
  const { work } = open<string>();
  let asked = 0;
  const heard = () => {
    asked += 1;
    return asked < 3 ? answers() : silent();
  };
  await expect(whileHeard(work, heard, 1)).rejects.toThrow("has not answered");
  expect(asked).toBe(3);
});
