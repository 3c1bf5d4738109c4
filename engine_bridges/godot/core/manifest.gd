# Is a manifest one that this reader of 1.0 may act on? Agrees with importer/manifest/ on tests/support/manifests.

const Paths = preload("paths.gd")
const Values = preload("values.gd")

const MINOR = 0
const PASSING = ["MANIFEST_MISSING", "MANIFEST_NOT_JSON", "FILE_MISSING", "FILE_SIZE", "HASH_MISMATCH"]
const AGAIN = "Publish the asset again."

const NODE = {"level": "count", "file": "text", "node": "text"}
const HULL = {"file": "text", "node": "text"}
const FRAME = {"meters_per_unit": "number", "up": "text", "front": "text", "handedness": "text"}
const TEXTURE = {
	"file": "text", "slot": "text", "color_space": "text", "channels": {"*": "text"},
	"?normal_convention": "text", "?width": "one", "?height": "one",
}
const IN_ENGINE = {"frame": FRAME, "from_gltf": ["vector"], "min": "vector", "max": "vector", "centroid": "vector"}
const TARGET = {
	"folder": "text", "lods": [NODE], "collision": [HULL],
	"?fbx": {"file": "text", "root": "text", "lods": [NODE], "collision": [HULL]},
	"materials": [{"name": "text", "textures": {"*": "text"}}],
	"textures": [TEXTURE], "?bone_names": {"*": "text"}, "in_engine": IN_ENGINE,
}
const BONES = {"bones": [{"name": "text", "?parent": "text"}], "?humanoid": {"*": "text"}, "?rest_pose": "text"}
const FINDING = {"severity": "text", "code": "text", "what": "text", "?fix": "text"}
const SHAPE = {
	"schema_version": "text",
	"generator": {"name": "text", "version": "text"},
	"asset": {"name": "text", "kind": "text"},
	"frame": FRAME,
	"pivot": "text",
	"bounds": {"min": "vector", "max": "vector", "centroid": "vector"},
	"lods": [{"level": "count", "triangles": "one", "vertices": "one", "error_m": "number", "screen_size": "number"}],
	"?skeleton": BONES,
	"collision": {"kind": "text", "hulls": "count", "vertices": "count"},
	"files": [{"path": "text", "sha256": "hash", "bytes": "count", "role": "text", "?requires": ["text"]}],
	"targets": {"*": TARGET},
	"guesses": [{"what": "text", "why": "text"}],
	"quality": {"figures": "object", "findings": [FINDING]},
	"provenance": "object",
	"warnings": ["text"],
}
const REQUIRED = [
	"Hips", "Spine", "Head", "LeftUpperLeg", "LeftLowerLeg", "LeftFoot", "LeftUpperArm", "LeftLowerArm", "LeftHand",
	"RightUpperLeg", "RightLowerLeg", "RightFoot", "RightUpperArm", "RightLowerArm", "RightHand",
]


static func problem(code: String, where: String, what: String, fix: String = AGAIN) -> Dictionary:
	return {"code": code, "where": where, "what": what, "fix": fix}


static func is_passing(problems: Array) -> bool:
	for entry in problems:
		if not (entry["code"] in PASSING):
			return false
	return true


# All that is wrong with a manifest itself; `value` is its JSON, null if it is none; `name` its file name.
static func problems(value, name: String) -> Array:
	if value == null:
		return [problem("MANIFEST_NOT_JSON", name, "the manifest is no JSON; it may still be being copied")]
	if not Values.is_object(value):
		return [problem("MANIFEST_INVALID", name, "the manifest is no JSON object")]
	var found = _version_problems(value.get("schema_version"), name + ": schema_version")
	if found.size() > 0:
		return found
	var fault = Values.fault(value, SHAPE)
	if fault != "":
		return [problem("MANIFEST_INVALID", name + ": " + fault.substr(1, fault.length() - 1), "breaks the schema")]
	found = _path_problems(value, name) + _level_problems(value, name)
	for target in sorted(value["targets"]):
		found += _target_problems(value, target, name + ": targets." + target)
	if value.get("skeleton") != null:
		found += _bone_problems(value["skeleton"], name + ": skeleton")
	return found


static func _version_problems(version, where: String) -> Array:
	var parts = version.split(".", true) if Values.is_text(version) else []
	if parts.size() != 2 or not _is_count(parts[0]) or not _is_count(parts[1]):
		return [problem("MANIFEST_INVALID", where, "is no version such as 1.0")]
	if int(parts[0]) > 1:
		var fix = "Update the bridge, or publish with an older importer."
		return [problem("SCHEMA_VERSION", where, "is " + version + ", from a newer importer; 1.x is known", fix)]
	if int(parts[0]) < 1:
		return [problem("SCHEMA_VERSION", where, "is " + version + ", from an older importer; 1.x is known")]
	return []


static func minor(manifest: Dictionary) -> int:
	return int(manifest["schema_version"].split(".")[1])


static func _is_count(text: String) -> bool:
	return text.length() > 0 and text.length() < 7 and str(int(text)) == text and not text.begins_with("-")


# Every file that a target names, each once.
static func named_files(target: Dictionary) -> Array:
	var found = []
	var fbx = target.get("fbx")
	var groups = [target["lods"], target["collision"], target["textures"]]
	if fbx != null:
		groups += [fbx["lods"], fbx["collision"], [fbx]]
	for group in groups:
		for entry in group:
			if not (entry["file"] in found):
				found.append(entry["file"])
	for material in target["materials"]:
		for slot in material["textures"]:
			if not (material["textures"][slot] in found):
				found.append(material["textures"][slot])
	return found


# The files that an engine imports as GLB.
static func glb_files(target: Dictionary) -> Array:
	var found = []
	for group in [target["lods"], target["collision"], target["textures"]]:
		for entry in group:
			if not (entry["file"] in found):
				found.append(entry["file"])
	return found


# Entries of `files` by path.
static func listed(manifest: Dictionary) -> Dictionary:
	var found = {}
	for entry in manifest["files"]:
		found[entry["path"]] = entry
	return found


static func sorted(object) -> Array:
	var keys = Array(object.keys() if Values.is_object(object) else object)
	keys.sort()
	return keys


static func _path_problems(manifest: Dictionary, name: String) -> Array:
	var found = []
	var seen = {}
	var paths = []
	for entry in manifest["files"]:
		paths.append(entry["path"])
		if seen.has(entry["path"].to_lower()):
			found.append(problem("MANIFEST_INVALID", name + ": files", "'" + entry["path"] + "' is listed twice"))
		seen[entry["path"].to_lower()] = true
	for target in sorted(manifest["targets"]):
		paths += named_files(manifest["targets"][target]) + [manifest["targets"][target]["folder"]]
	var told = {}
	for path in paths:
		if not Paths.is_safe(path) and not told.has(path):
			told[path] = true
			found.append(problem("PATH_UNSAFE", name, "'" + path.substr(0, 200) + "' leads out of the folder"))
	return found


static func _level_problems(manifest: Dictionary, name: String) -> Array:
	var found = []
	var lods = manifest["lods"]
	if lods.size() == 0:
		found.append(problem("MANIFEST_INVALID", name + ": lods", "there is no level"))
	for i in range(lods.size()):
		if lods[i]["level"] != i:
			found.append(problem("MANIFEST_INVALID", name + ": lods", "levels must count up from 0 without a gap"))
			break
	for i in range(1, lods.size()):
		if lods[i]["screen_size"] >= lods[i - 1]["screen_size"]:
			found.append(problem("MANIFEST_INVALID", name + ": lods", "screen sizes must fall from level to level"))
			break
	for axis in range(3):
		if manifest["bounds"]["min"][axis] > manifest["bounds"]["max"][axis]:
			found.append(problem("MANIFEST_INVALID", name + ": bounds", "min is above max"))
			break
	return found


static func _target_problems(manifest: Dictionary, target: String, where: String) -> Array:
	var found = []
	var entry = manifest["targets"][target]
	var files = listed(manifest)
	for file in named_files(entry):
		if not files.has(file):
			found.append(problem("FILE_UNLISTED", file, target + " names it, but the list of files does not"))
	var lists = [entry["lods"]] + ([entry["fbx"]["lods"]] if entry.get("fbx") != null else [])
	for lods in lists:
		var is_right = lods.size() > 0 and lods.size() <= manifest["lods"].size()
		for i in range(lods.size()):
			is_right = is_right and lods[i]["level"] == i
		if not is_right:
			found.append(problem("MANIFEST_INVALID", where + ".lods", "its levels are not the first of the asset's"))
	return found


static func _bone_problems(skeleton: Dictionary, where: String) -> Array:
	var found = []
	var known = {}
	for bone in skeleton["bones"]:
		if known.has(bone["name"]):
			found.append(problem("MANIFEST_INVALID", where, "two bones are called '" + bone["name"] + "'"))
		if bone.get("parent") != null and not known.has(bone["parent"]):
			found.append(problem("MANIFEST_INVALID", where, "the parent of '" + bone["name"] + "' is no earlier bone"))
		known[bone["name"]] = true
	var humanoid = skeleton.get("humanoid")
	if humanoid == null:
		return found
	for role in sorted(humanoid):
		if not known.has(humanoid[role]):
			found.append(problem("MANIFEST_INVALID", where, role + " is no bone of the skeleton"))
	for role in REQUIRED:
		if not humanoid.has(role):
			found.append(problem("MANIFEST_INVALID", where, "a humanoid needs " + role + " too"))
			break
	return found
