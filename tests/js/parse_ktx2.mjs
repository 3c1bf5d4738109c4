// Prints the headers of KTX2 files as ktx-parse reads them: {file: container}, levels as their sizes in bytes.
import { readFileSync } from "node:fs";
import { read } from "three/examples/jsm/libs/ktx-parse.module.js";

const result = {};
for (const path of process.argv.slice(2)) {
  const found = read(new Uint8Array(readFileSync(path)));
  result[path] = { ...found, globalData: null, levels: found.levels.map((level) => level.levelData.byteLength) };
}
console.log(JSON.stringify(result));
