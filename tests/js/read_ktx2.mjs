// Transcodes KTX2 files with the transcoder of Basis Universal; prints {file: {srgb, levels: [{width, height, rgba}]}}.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { runInThisContext } from "node:vm";

const require = createRequire(import.meta.url);
const folder = require.resolve("three").replace(/build.*/, "examples/jsm/libs/basis/");
globalThis.require = require;
globalThis.__dirname = folder;
runInThisContext(readFileSync(`${folder}basis_transcoder.js`, "utf8"));
const basis = await BASIS({ wasmBinary: readFileSync(`${folder}basis_transcoder.wasm`) });
basis.initializeBasis();
const RGBA32 = 13;

function read(path) {
  const file = new basis.KTX2File(new Uint8Array(readFileSync(path)));
  if (!file.isValid() || !file.isUASTC() || !file.startTranscoding()) throw new Error(`${path} is no UASTC file`);
  const levels = [];
  for (let level = 0; level < file.getLevels(); level++) {
    const { origWidth: width, origHeight: height } = file.getImageLevelInfo(level, 0, 0);
    const pixels = new Uint8Array(file.getImageTranscodedSizeInBytes(level, 0, 0, RGBA32));
    if (!file.transcodeImage(pixels, level, 0, 0, RGBA32, 0, -1, -1)) throw new Error(`${path}: level ${level}`);
    levels.push({ width, height, rgba: Buffer.from(pixels).toString("base64") });
  }
  const found = { srgb: file.getDFDTransferFunc() === 2, alpha: file.getHasAlpha(), levels };
  file.close();
  file.delete();
  return found;
}

const result = {};
for (const path of process.argv.slice(2)) result[path] = read(path);
console.log(JSON.stringify(result));
