// Loads FBX files with three.js; prints {file: {unit, nodes, meshes, clips}} as JSON, positions in the file's units.
import { readFileSync } from "node:fs";
import { AnimationMixer, LoadingManager, Texture, Vector3 } from "three";
import { FBXLoader } from "three/examples/jsm/loaders/FBXLoader.js";

// The loader asks a browser to decode images: here the file that it asks for is kept as the texture's name.
globalThis.self = globalThis;
globalThis.window ??= globalThis;
const asked = { load: (url) => Object.assign(new Texture(), { sourceFile: url }), setPath() {}, setCrossOrigin() {} };
const manager = new LoadingManager();
manager.addHandler(/./, asked);
URL.createObjectURL = () => "blob:embedded";

const MAPS = ["map", "normalMap", "aoMap", "emissiveMap"];

function describe(mesh) {
  const { position, normal, uv, uv1, skinIndex, skinWeight } = mesh.geometry.attributes;
  const posed = [];
  for (let i = 0; i < position.count; i++) {
    const point = new Vector3().fromBufferAttribute(position, i);
    if (mesh.isSkinnedMesh) mesh.applyBoneTransform(i, point);
    posed.push(point.applyMatrix4(mesh.matrixWorld).toArray());
  }
  const array = (attribute) => (attribute ? Array.from(attribute.array) : null);
  return {
    name: mesh.name,
    points: posed,
    normals: array(normal),
    uv: array(uv),
    uv1: array(uv1),
    groups: mesh.geometry.groups.map(({ start, count, materialIndex }) => [start, count, materialIndex]),
    materials: [mesh.material].flat().map((m) => ({
      name: m.name,
      color: m.color.toArray(),
      maps: Object.fromEntries(MAPS.filter((key) => m[key]).map((key) => [key, m[key].name])),
    })),
    bones: mesh.isSkinnedMesh ? mesh.skeleton.bones.map((bone) => bone.name) : [],
    skinIndex: array(skinIndex),
    skinWeight: array(skinWeight),
  };
}

function load(file, times) {
  const bytes = readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const scene = new FBXLoader(manager).parse(buffer, "");
  const nodes = [];
  const meshes = [];
  const collect = () => {
    scene.updateMatrixWorld(true);
    const found = [];
    scene.traverse((node) => node.isMesh && found.push(describe(node)));
    return found;
  };
  meshes.push(...collect());
  scene.traverse((node) => {
    if (node === scene) return;
    nodes.push({ name: node.name, type: node.type, parent: node.parent.name, world: node.matrixWorld.toArray() });
  });
  const moved = [];
  if (scene.animations.length) {
    const mixer = new AnimationMixer(scene);
    mixer.clipAction(scene.animations[0]).setLoop(2200).play(); // LoopOnce
    for (const seconds of times) {
      mixer.setTime(seconds);
      moved.push({ seconds, meshes: collect() });
    }
  }
  const clips = scene.animations.map(({ name, duration }) => ({ name, duration }));
  return { unit: scene.userData.unitScaleFactor, nodes, meshes, clips, moved };
}

const result = {};
for (const file of process.argv.slice(2)) result[file] = load(file, [0, 0.1, 0.4, 0.7]);
console.log(JSON.stringify(result));
