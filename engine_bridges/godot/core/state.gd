# importer_bridge.state.json: what has been imported, by key. docs/bridges.md has the keys of an entry.

const Paths = preload("paths.gd")
const Values = preload("values.gd")

const FILE = "importer_bridge.state.json"
const ENTRY = {
	"folder": "text", "manifest_sha256": "text", "target": "text", "format": "text", "rules": "count",
	"status": "text", "files": {"*": "hash"}, "left_over": {"*": "hash"},
}


static func fresh() -> Dictionary:
	return {"state_version": 1, "assets": {}}


# "" if a state can be used, "newer" if it is of a newer bridge, else what is wrong with it.
static func fault(value) -> String:
	if not Values.is_object(value) or not Values.is_whole(value.get("state_version")):
		return "it is no state of a bridge"
	if value["state_version"] > 1:
		return "newer"
	return Values.fault(value, {"state_version": "one", "assets": {"*": ENTRY}})


# Whether an entry stands for the very same import.
static func is_same(entry, inputs: Dictionary) -> bool:
	if entry == null or entry.get("importing", false):
		return false
	for key in ["manifest_sha256", "target", "format"]:
		if entry[key] != inputs[key]:
			return false
	return int(entry["rules"]) == int(inputs["rules"])


# Where a file of an asset lies in the project: where it was put, or where it was moved to since.
static func place(entry, key: String, file: String) -> String:
	if entry == null:
		return "res://" + Paths.join(key, file)
	var moved = entry.get("engine", {}).get("moved", {})
	return moved[file] if moved.has(file) else "res://" + Paths.join(entry["folder"], file)


# Follow a move in the engine: of a file, or of all files below a folder. Both paths begin with res://.
static func move(assets: Dictionary, before: String, after: String, is_folder: bool) -> bool:
	var changed = false
	for key in assets:
		var entry = assets[key]
		var folder = "res://" + entry["folder"]
		if is_folder and (folder + "/").begins_with(before + "/"):
			entry["folder"] = (after + folder.substr(before.length(), folder.length())).replace("res://", "")
			changed = true
		for file in entry["files"]:
			var here = place(entry, key, file)
			if here == before or (is_folder and here.begins_with(before + "/")):
				var moved = entry.get("engine", {}).get("moved", {})
				moved[file] = after + here.substr(before.length(), here.length())
				entry["engine"] = {"moved": moved}
				changed = true
	return changed
