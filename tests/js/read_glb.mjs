// Loads GLB files with three.js; prints {file: [{name, parent, triangles, vertices, min, max, maps}]} as JSON.
import { readFileSync } from "node:fs";
import { Box3, Vector3 } from "three";
import { GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";

// The loader asks a browser to decode images: here their being asked for is enough.
globalThis.self = globalThis;
globalThis.createImageBitmap = async () => ({ width: 1, height: 1, close() {} });

const result = {};
for (const file of process.argv.slice(2)) {
  const bytes = readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const gltf = await new GLTFLoader().parseAsync(buffer, "");
  gltf.scene.updateMatrixWorld(true);
  result[file] = [];
  gltf.scene.traverse((node) => {
    if (!node.isMesh) return;
    const box = new Box3().setFromObject(node, true);
    const position = node.geometry.attributes.position;
    const points = [];
    for (let i = 0; i < position.count; i++) {
      points.push(new Vector3().fromBufferAttribute(position, i).applyMatrix4(node.matrixWorld).toArray());
    }
    result[file].push({
      name: node.userData.name ?? node.name,
      parent: node.parent.userData.name ?? node.parent.name,
      triangles: node.geometry.index.count / 3,
      vertices: position.count,
      min: box.min.toArray(),
      max: box.max.toArray(),
      points: points.length <= 256 ? points : [],
      attributes: Object.keys(node.geometry.attributes).sort(),
      maps: ["map", "normalMap", "roughnessMap", "metalnessMap", "aoMap"].filter((key) => node.material[key]),
      colorSpace: node.material.map?.colorSpace ?? null,
      extras: node.userData,
    });
  });
}
console.log(JSON.stringify(result));
