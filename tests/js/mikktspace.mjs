// Print the tangents that mikktspace.c gives to the unindexed triangles of a JSON file, keyed by its path.
import { readFileSync } from "node:fs";
import { generateTangents, ready } from "three/examples/jsm/libs/mikktspace.module.js";

await ready;
const results = {};
for (const path of process.argv.slice(2)) {
  const { position, normal, uv } = JSON.parse(readFileSync(path, "utf8"));
  results[path] = Array.from(
    generateTangents(new Float32Array(position), new Float32Array(normal), new Float32Array(uv)),
  );
}
console.log(JSON.stringify(results));
