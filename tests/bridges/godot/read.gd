extends SceneTree

# Reads published folders with the bridge's own reader. Argument: a JSON file with a list of [folder, [targets]].
# Writes result.json, a list of what was found in each. Godot 3 and Godot 4 both run it.

const Checks = preload("res://addons/importer_bridge/core/checks.gd")
const Files = preload("res://addons/importer_bridge/files.gd")
const Look = preload("res://addons/importer_bridge/core/look.gd")
const Manifest = preload("res://addons/importer_bridge/core/manifest.gd")

var files = Files.new()


func _init() -> void:
	var results = []
	for entry in files.json(OS.get_cmdline_args()[-1]):
		results.append(read(entry[0], entry[1]))
	files.write_json("res://result.json", results)
	quit()


func read(folder: String, targets: Array) -> Dictionary:
	var name = ""
	for file in files.list(folder)["files"]:
		if file.ends_with(Look.SUFFIX):
			name = file
	if name == "":
		return {"codes": ["MANIFEST_MISSING"], "passing": true}
	var manifest = files.json(folder + "/" + name)
	var found = Manifest.problems(manifest, name)
	var b = {"files": files, "target": ""}
	if found.size() == 0:
		for target in targets if targets.size() > 0 else manifest["targets"].keys():
			b["target"] = target
			found += Look._file_problems(b, {"folder": folder}, manifest)
	var codes = []
	for problem in found:
		codes.append(problem["code"])
	var result = {"codes": codes, "passing": Manifest.is_passing(found)}
	if found.size() == 0:
		result["manifest"] = manifest
		result["bones"] = {}
		for target in targets:
			if manifest.get("skeleton") != null:
				result["bones"][target] = Checks.bone_names(manifest["skeleton"], manifest["targets"][target])
	return result
