// Loads GLB files with Babylon.js without a window; prints {file: {meshes, clips, moved}} as JSON, as read_glb.mjs does.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { runInThisContext } from "node:vm";
import { NullEngine } from "@babylonjs/core/Engines/nullEngine.js";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { MeshoptCompression } from "@babylonjs/core/Meshes/Compression/meshoptCompression.js";
import { Logger } from "@babylonjs/core/Misc/logger.js";
import { Scene } from "@babylonjs/core/scene.js";
import "@babylonjs/loaders/glTF/2.0/index.js";

const TIMES = [0, 0.1, 0.4, 0.7];
const FEW = 256; // points of larger meshes are left out
const FRAMES = 60; // a second, as the loader counts

// In a browser Babylon.js loads its decoder as a script, and runs it in a worker.
const script = createRequire(import.meta.url).resolve("@babylonjs/core/assets/meshopt/meshopt_decoder.js");
runInThisContext(readFileSync(script, "utf8"));
MeshoptCompression._Default = {
  async decodeGltfBufferAsync(source, count, stride, mode, filter) {
    await MeshoptDecoder.ready;
    const target = new Uint8Array(count * stride);
    MeshoptDecoder.decodeGltfBuffer(target, count, stride, source, mode, filter);
    return target;
  },
};

function points(mesh) {
  mesh.skeleton?.prepare(true);
  const world = mesh.computeWorldMatrix(true);
  const rows = mesh.getPositionData(true, true) ?? [];
  const found = [];
  for (let i = 0; i < rows.length; i += 3) {
    found.push(Vector3.TransformCoordinates(Vector3.FromArray(rows, i), world).asArray());
  }
  return found;
}

function describe(mesh) {
  const all = points(mesh);
  const bones = mesh.skeleton?.bones ?? [];
  return {
    name: mesh.name,
    parent: mesh.parent.name,
    triangles: mesh.getTotalIndices() / 3,
    vertices: all.length,
    min: [0, 1, 2].map((axis) => all.reduce((low, point) => Math.min(low, point[axis]), Infinity)),
    max: [0, 1, 2].map((axis) => all.reduce((high, point) => Math.max(high, point[axis]), -Infinity)),
    points: all.length <= FEW ? all : [],
    attributes: mesh.getVerticesDataKinds().sort(),
    levels: mesh.metadata?.gltf?.extras?.MSFT_screencoverage?.length ?? 0,
    bones: Object.fromEntries(
      bones.map((bone) => [bone.name, Array.from(bone.getTransformNode().computeWorldMatrix(true).asArray())]),
    ),
  };
}

async function load(engine, file) {
  const scene = new Scene(engine);
  scene.useRightHandedSystem = true; // else the loader mirrors what it loads
  const data = new Uint8Array(readFileSync(file));
  const loaded = await ImportMeshAsync(data, scene, { pluginExtension: ".glb" });
  const drawn = loaded.meshes.filter((mesh) => mesh.getTotalVertices() > 0);
  for (const group of loaded.animationGroups) group.stop();
  const meshes = drawn.map(describe);
  const moved = [];
  const [clip] = loaded.animationGroups;
  if (clip) {
    clip.start(false);
    clip.pause();
    for (const seconds of TIMES) {
      clip.goToFrame(seconds * FRAMES);
      for (const node of loaded.transformNodes) node.computeWorldMatrix(true);
      moved.push({ seconds, points: Object.fromEntries(drawn.map((mesh) => [mesh.name, points(mesh)])) });
    }
  }
  const clips = loaded.animationGroups.map(({ name, to, from }) => ({ name, duration: (to - from) / FRAMES }));
  scene.dispose();
  return { meshes, clips, moved };
}

Logger.LogLevels = Logger.ErrorLogLevel; // its greeting would stand in the output
const engine = new NullEngine();
const result = {};
for (const file of process.argv.slice(2)) result[file] = await load(engine, file);
engine.dispose();
process.stdout.write(JSON.stringify(result), () => process.exit(0)); // the engine's timers would go on
