// Runs the Khronos validator on the files named as arguments; prints {file: report} as JSON.
import { readFileSync } from "node:fs";
import validator from "gltf-validator";

const reports = {};
for (const file of process.argv.slice(2)) {
  reports[file] = (await validator.validateBytes(new Uint8Array(readFileSync(file)), { maxIssues: 1000 })).issues;
}
console.log(JSON.stringify(reports));
