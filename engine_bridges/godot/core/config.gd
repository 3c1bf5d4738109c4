# importer_bridge.json: what it says, and what is wrong with it. docs/bridges.md has the keys.

const Paths = preload("paths.gd")
const Values = preload("values.gd")

const FILE = "importer_bridge.json"
const INTO = "Imported"
const DEFAULTS = {"target": "auto", "format": "auto", "poll_s": 2, "report": true, "screenshots": true}
const WATCH = {"out": "text", "?into": "text"}
const SHAPES = {
	"config_version": "count", "watch": [WATCH], "target": "text", "format": "text", "poll_s": "number",
	"report": "bool", "screenshots": "bool",
}


# {"error": "" or what is wrong, "unknown": keys, and the settings}; `value` is the file's JSON, null if it is none.
# `project` is the absolute folder of the engine's project, `elsewhere` the folders of IMPORTER_BRIDGE_OUT.
static func read(value, project: String, elsewhere: Array) -> Dictionary:
	var found = DEFAULTS.duplicate()
	found["unknown"] = []
	found["watch"] = []
	found["error"] = _error(value)
	if found["error"] != "":
		return found
	for key in value:
		if SHAPES.has(key):
			found[key] = value[key]
		else:
			found["unknown"].append(key)
	found["watch"] = _watch(value.get("watch", []), project, elsewhere)
	for entry in found["watch"]:
		if Paths.is_inside(entry["out"], project):
			found["error"] = "watch: '" + entry["out"] + "' lies in the project; Godot would import all of it itself"
	return found


static func _error(value) -> String:
	if not Values.is_object(value):
		return "it is no JSON object"
	if not value.has("config_version"):
		return "config_version: is missing"
	for key in value:
		if SHAPES.has(key):
			var fault = Values.fault(value[key], SHAPES[key], key)
			if fault != "":
				return fault
	if value["config_version"] != 1:
		return "config_version: 1 is known, " + str(value["config_version"]) + " is not"
	if not (value.get("format", "auto") in ["auto", "glb"]):
		return "format: 'auto' or 'glb' is wanted; the Godot target has no FBX"
	if value.get("poll_s", 2) < 0.5 or value.get("poll_s", 2) > 3600:
		return "poll_s: a number from 0.5 to 3600 is wanted"
	for entry in value.get("watch", []):
		if not Paths.is_safe(entry.get("into", INTO)):
			return "watch.into: '" + entry["into"] + "' is no plain path in the project"
	return ""


static func _watch(entries: Array, project: String, elsewhere: Array) -> Array:
	var found = []
	for i in range(max(entries.size(), elsewhere.size())):
		var entry = entries[i] if i < entries.size() else {}
		var out = elsewhere[i] if i < elsewhere.size() else entry["out"]
		found.append({"out": Paths.absolute(out, project), "into": entry.get("into", INTO)})
	return found
