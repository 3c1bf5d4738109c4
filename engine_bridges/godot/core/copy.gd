# Bringing an asset's files into the project: whole, verified, and never over an artist's work.

const Manifest = preload("manifest.gd")
const Paths = preload("paths.gd")
const State = preload("state.gd")

const TEMPORARY = "res://.importer_bridge"


static func new_entry(key: String) -> Dictionary:
	return {
		"folder": key, "manifest_sha256": "", "target": "", "format": "", "rules": 0, "status": "refused",
		"files": {}, "left_over": {},
	}


# {"do": "import" | "later" | "wait" | "refuse", "problems"}; the asset gets "scenes", what Godot is to import.
static func copy(b: Dictionary, asset: Dictionary) -> Dictionary:
	var target = asset["manifest"]["targets"][b["target"]]
	var files = Manifest.glb_files(target)
	var listed = Manifest.listed(asset["manifest"])
	var entry = b["state"]["assets"].get(asset["key"])
	var places = {}
	for file in files:
		var name = inner(file, target["folder"])
		places[file] = State.place(entry, asset["key"], name)
		if b["files"].mtime(places[file]) >= b["files"].time():
			return {"do": "later"}  # Godot tells versions of a file apart by its time in whole seconds
	var how = b["force"].get(asset["key"], "")
	var problems = _in_the_way(b, entry, target, files, listed, places)
	if problems.size() > 0 and how != "replace":
		return {"do": "refuse", "problems": problems}
	for file in files:
		var copied = Paths.join(TEMPORARY, listed[file]["sha256"])
		if not b["files"].copy(Paths.join(asset["folder"], file), copied):
			return {"do": "wait"}
		if b["files"].sha256(copied) != listed[file]["sha256"]:
			b["files"].remove(copied)
			return {"do": "wait"}  # published anew meanwhile
	for problem in problems:
		b["files"].keep_aside(problem["where"])
	_place(b, asset, entry, target, files, listed, places)
	return {"do": "import"}


# The path of a published file below the asset's own folder.
static func inner(file: String, folder: String) -> String:
	if file.begins_with(folder + "/"):
		return file.substr(folder.length() + 1, file.length())
	return file


static func _in_the_way(b, entry, target: Dictionary, files: Array, listed: Dictionary, places: Dictionary) -> Array:
	var known = {}
	if entry != null:
		for group in [entry["left_over"], entry["files"]]:
			for name in group:
				known[name] = group[name]
	var found = []
	for file in files:
		var here = b["files"].sha256(places[file])
		var name = inner(file, target["folder"])
		if here == "" or here == listed[file]["sha256"] or here == known.get(name, ""):
			continue
		var fix = "Rename it or move it away, or use the menu 'Import again, replacing edits'."
		if known.has(name):
			var what = "was changed after it was imported; the asset is left as it is"
			found.append(Manifest.problem("FILE_EDITED", places[file], what, fix))
		else:
			found.append(Manifest.problem("FILE_IN_THE_WAY", places[file], "was not made by the bridge", fix))
	return found


static func _place(b, asset: Dictionary, entry, target: Dictionary, files: Array, listed: Dictionary, places) -> void:
	if entry == null:
		entry = new_entry(asset["key"])
		b["state"]["assets"][asset["key"]] = entry
	var before = entry["files"]
	entry["files"] = {}
	asset["scenes"] = []
	for file in files:
		var name = inner(file, target["folder"])
		var copied = Paths.join(TEMPORARY, listed[file]["sha256"])
		if b["files"].sha256(places[file]) != listed[file]["sha256"]:
			b["files"].make_folder(places[file].get_base_dir())
			b["engine"].prepare(places[file])
			b["files"].move(copied, places[file])
		else:
			b["files"].remove(copied)
		entry["files"][name] = listed[file]["sha256"]
		entry["left_over"].erase(name)
		if file.ends_with(".glb"):
			asset["scenes"].append(places[file])
	for name in before:
		if not entry["files"].has(name):
			entry["left_over"][name] = before[name]
	entry["importing"] = true


# Remove files of earlier versions that nobody changed; returns how many. Only the menu calls this.
static func remove_left_over(b: Dictionary) -> int:
	var count = 0
	for key in b["state"]["assets"]:
		var entry = b["state"]["assets"][key]
		for name in Manifest.sorted(entry["left_over"]):
			var path = State.place(entry, key, name)
			if b["files"].sha256(path) == entry["left_over"][name]:
				b["files"].remove(path)
				b["files"].remove(path + ".import")
				count += 1
			entry["left_over"].erase(name)
	return count
