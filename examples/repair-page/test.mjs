// node test.mjs MODULE.wasm FILE OUT: repairs FILE as the page does.
import { readFile, writeFile } from "node:fs/promises";
import { load, repair } from "./repair.mjs";

const [wasm, from, to] = process.argv.slice(2);
const module = await load(new Uint8Array(await readFile(wasm)));
const { file, repairs } = repair(module, new Uint8Array(await readFile(from)));
await writeFile(to, file);
console.log(repairs.join("\n"));

// Again, nothing is left to do; and what is no WebM is refused with a reason.
if (repair(module, file).repairs.length > 0) {
  throw new Error("a second repair had something to do");
}
let reason;
try {
  repair(module, new TextEncoder().encode("this is no WebM"));
} catch (error) {
  reason = error.message;
}
if (!reason?.includes("not a WebM or Matroska file")) {
  throw new Error(`the reason for a text file: ${reason}`);
}
