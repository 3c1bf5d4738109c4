// Loads GLB files with three.js; prints {file: {meshes, clips, moved}} as JSON, positions in the scene, in metres.
import { readFileSync } from "node:fs";
import { AnimationMixer, Box3, Vector3 } from "three";
import { GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";
import { MeshoptDecoder } from "three/examples/jsm/libs/meshopt_decoder.module.js";

// The loader asks a browser to decode images: here their being asked for is enough.
globalThis.self = globalThis;
globalThis.createImageBitmap = async () => ({ width: 1, height: 1, close() {} });

const TIMES = [0, 0.1, 0.4, 0.7];
const FEW = 256; // points of larger meshes are left out

// The loader numbers names that stand twice in the file, and keeps the file's own.
const named = (node) => node.userData.name ?? node.name;

function points(mesh) {
  const { position } = mesh.geometry.attributes;
  return Array.from({ length: position.count }, (_, i) => {
    const point = new Vector3().fromBufferAttribute(position, i);
    if (mesh.isSkinnedMesh) mesh.applyBoneTransform(i, point);
    return point.applyMatrix4(mesh.matrixWorld).toArray();
  });
}

function describe(mesh) {
  const box = new Box3().setFromObject(mesh, true);
  const { position } = mesh.geometry.attributes;
  const bones = mesh.isSkinnedMesh ? mesh.skeleton.bones : [];
  return {
    name: named(mesh),
    parent: named(mesh.parent),
    triangles: mesh.geometry.index.count / 3,
    vertices: position.count,
    min: box.min.toArray(),
    max: box.max.toArray(),
    points: position.count <= FEW ? points(mesh) : [],
    attributes: Object.keys(mesh.geometry.attributes).sort(),
    maps: ["map", "normalMap", "roughnessMap", "metalnessMap", "aoMap"].filter((key) => mesh.material[key]),
    colorSpace: mesh.material.map?.colorSpace ?? null,
    extras: mesh.userData,
    bones: Object.fromEntries(bones.map((bone) => [named(bone), bone.matrixWorld.toArray()])),
  };
}

async function load(file) {
  const bytes = readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const gltf = await new GLTFLoader().setMeshoptDecoder(MeshoptDecoder).parseAsync(buffer, "");
  const meshes = [];
  gltf.scene.updateMatrixWorld(true);
  gltf.scene.traverse((node) => node.isMesh && meshes.push(node));
  const found = meshes.map(describe);
  const moved = [];
  if (gltf.animations.length) {
    const mixer = new AnimationMixer(gltf.scene);
    mixer.clipAction(gltf.animations[0]).setLoop(2200).play(); // LoopOnce
    for (const seconds of TIMES) {
      mixer.setTime(seconds);
      gltf.scene.updateMatrixWorld(true);
      moved.push({ seconds, points: Object.fromEntries(meshes.map((mesh) => [named(mesh), points(mesh)])) });
    }
  }
  const clips = gltf.animations.map(({ name, duration }) => ({ name, duration }));
  return { meshes: found, clips, moved };
}

const result = {};
for (const file of process.argv.slice(2)) result[file] = await load(file);
console.log(JSON.stringify(result));
