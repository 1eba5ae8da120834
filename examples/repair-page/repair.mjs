// Repairs WebM files with the module that src/lib.rs is built into.

/** Loads the module: `source` is its bytes, or a promise of a `Response`. */
export async function load(source) {
  const { instance } = source instanceof Uint8Array
    ? await WebAssembly.instantiate(source)
    : await WebAssembly.instantiateStreaming(source);
  return instance.exports;
}

/**
 * Repairs a file. Returns the repaired file and what was repaired, a line each.
 * Throws an Error that says why if it cannot be repaired.
 */
export function repair(module, file) {
  const input = module.allocate(file.length);
  new Uint8Array(module.memory.buffer, input, file.length).set(file);
  const output = module.repair(input, file.length);
  const [data, size, text, length] = new Uint32Array(module.memory.buffer, output, 4);
  const repaired = new Uint8Array(module.memory.buffer, data, size).slice();
  const report = new TextDecoder().decode(new Uint8Array(module.memory.buffer, text, length));
  module.release(output);
  if (size === 0) {
    throw new Error(report);
  }
  return { file: repaired, repairs: report === "" ? [] : report.split("\n") };
}
