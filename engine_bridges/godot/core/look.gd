# Looking: which folders below out/ hold assets, which of them are new, and which are whole.
# `b` is the bridge's memory, made by bridge.gd.

const Manifest = preload("manifest.gd")
const Paths = preload("paths.gd")
const Report = preload("report.gd")
const State = preload("state.gd")

const SUFFIX = ".manifest.json"
const DEEPEST = 16
const LARGEST = 67108864
const YOUNG_S = 3
const OLD_S = 60.0
const REFUSED_S = 10.0
const PATIENCE_S = 30.0


# The folders that a walk begins with, in the order of the configuration.
static func tops(b: Dictionary) -> Array:
	var found = []
	for i in range(b["config"]["watch"].size()):
		var watch = b["config"]["watch"][i]
		if b["files"].is_folder(watch["out"]):
			found.append({"path": watch["out"], "key": watch["into"], "depth": 0, "order": i})
			b["said"].erase(watch["out"])
		else:
			say_once(b, watch["out"], "warning", watch["out"] + " is not there; waiting for it")
	return found


static func say_once(b: Dictionary, what: String, level: String, text: String) -> void:
	if not b["said"].has(what):
		b["said"][what] = true
		b["log"].append([level, text])


# Say which imported assets are no longer in the folders that were walked; they stay in the project.
static func say_what_is_gone(b: Dictionary, walked: Array) -> void:
	var here = {}
	for asset in b["found"]:
		here[asset["key"]] = true
	for key in b["state"]["assets"]:
		for top in walked:
			if here.has(key):
				b["said"].erase(key)
			elif key.begins_with(top["key"] + "/"):
				say_once(b, key, "info", key + " is no longer in " + top["path"] + "; the imported asset stays")


# Look into one folder: an asset ends the walk there, else its folders are to be walked too.
static func walk(b: Dictionary, at: Dictionary) -> void:
	var here = b["files"].list(at["path"])
	var manifests = []
	for name in here["files"]:
		if name.ends_with(SUFFIX) and not name.begins_with("."):
			manifests.append(name)
	if manifests.size() > 0 and at["depth"] == 0:
		var what = at["path"] + " is an asset's own folder; watch the folder above it"
		say_once(b, at["path"] + " asset", "warning", what)
	elif manifests.size() > 0:
		manifests.sort()
		b["found"].append({
			"folder": at["path"], "key": at["key"], "manifests": manifests,
			"sort": "%04d %s" % [at["order"], at["path"]],
		})
		return
	for name in here["folders"]:
		if not name.begins_with(".") and at["depth"] < DEEPEST:
			b["walk"].append({
				"path": Paths.join(at["path"], name), "key": Paths.join(at["key"], name),
				"depth": at["depth"] + 1, "order": at["order"],
			})


# All assets of a walk in the order in which they win a key; later ones of the same key are refused.
static func with_owners(found: Array) -> Array:
	var by_place = {}
	for asset in found:
		by_place[asset["sort"]] = asset
	var owners = {}
	var assets = []
	for place in Manifest.sorted(by_place):
		var asset = by_place[place]
		var key = asset["key"].to_lower()
		asset["taken_by"] = owners.get(key, "")
		if not owners.has(key):
			owners[key] = asset["folder"]
		assets.append(asset)
	return assets


# Read an asset's manifest if it may have changed, and say what is to be done:
# {"do": "skip" | "nothing" | "wait" | "refuse" | "import", "problems", "manifest", "manifest_sha256"}.
static func judge(b: Dictionary, asset: Dictionary, now: float) -> Dictionary:
	var path = Paths.join(asset["folder"], asset["manifests"][0])
	var stamp = [b["files"].size(path), b["files"].mtime(path)]
	var seen = b["seen"].get(asset["folder"])
	if seen != null and not b["force"].has(asset["key"]) and str(seen["stamp"]) == str(stamp):
		if b["files"].time() - stamp[1] >= YOUNG_S and now < seen["next"]:
			return {"do": "skip"}
	var verdict = _read(b, asset, path, seen, now) if stamp[0] <= LARGEST else _too_large(path)
	var patience = {"nothing": OLD_S, "refuse": REFUSED_S}
	b["seen"][asset["folder"]] = {
		"stamp": stamp, "next": now + patience.get(verdict["do"], 0.0), "since": verdict.get("since", now),
		"mark": verdict.get("mark", ""), "problems": verdict.get("problems", []),
	}
	return verdict


static func _too_large(path: String) -> Dictionary:
	return _refused([Manifest.problem("MANIFEST_INVALID", path.get_file(), "is larger than 64 MiB")], {})


static func _read(b: Dictionary, asset: Dictionary, path: String, seen, now: float) -> Dictionary:
	var sha256 = b["files"].sha256(path)
	var inputs = {"manifest_sha256": sha256, "target": b["target"], "format": "glb", "rules": Report.RULES}
	var is_plain = asset["taken_by"] == "" and asset["manifests"].size() == 1 and not b["force"].has(asset["key"])
	if is_plain and State.is_same(b["state"]["assets"].get(asset["key"]), inputs):
		return {"do": "nothing"}
	var read = {"manifest_sha256": sha256, "manifest": b["files"].json(path), "inputs": inputs}
	if sha256 == "" or b["files"].sha256(path) != sha256:
		return {"do": "wait"}  # replaced while it was read
	return _verdict(b, asset, read, seen, now)


static func _refused(problems: Array, read: Dictionary) -> Dictionary:
	var verdict = read.duplicate()
	verdict["do"] = "refuse"
	verdict["problems"] = problems
	return verdict


static func _verdict(b: Dictionary, asset: Dictionary, read: Dictionary, seen, now: float) -> Dictionary:
	if asset["taken_by"] != "":
		var what = "has the key of " + asset["taken_by"]
		return _refused([Manifest.problem("NAME_TAKEN", asset["key"], what, "Rename one of the two folders.")], read)
	if asset["manifests"].size() > 1:
		var what = "there are several manifests"
		return _refused([Manifest.problem("MANIFEST_INVALID", "", what, "Remove all but one.")], read)
	var name = asset["manifests"][0]
	var found = Manifest.problems(read["manifest"], name)
	if found.size() == 0:
		found = _target_problems(b, read["manifest"], name)
	if found.size() > 0 and not Manifest.is_passing(found):
		return _refused(found, read)
	var mark = str(read["manifest_sha256"])
	if found.size() == 0:
		mark += _mark(b, asset, read["manifest"])
		var is_known = seen != null and seen["mark"] == mark and seen["problems"].size() > 0
		found = seen["problems"] if is_known else _file_problems(b, asset, read["manifest"])
	return _waited(found, mark, read, seen, now)


# A folder that is not whole is waited for, as long as something about it changes.
static func _waited(found: Array, mark: String, read: Dictionary, seen, now: float) -> Dictionary:
	var verdict = read.duplicate()
	verdict["mark"] = mark
	verdict["problems"] = found
	verdict["since"] = seen["since"] if seen != null and seen["mark"] == mark else now
	if found.size() == 0:
		verdict["do"] = "import"
	elif not Manifest.is_passing(found) or now - verdict["since"] >= PATIENCE_S:
		verdict["do"] = "refuse"
	else:
		verdict["do"] = "wait"
	return verdict


static func _target_problems(b: Dictionary, manifest: Dictionary, name: String) -> Array:
	if not manifest["targets"].has(b["target"]):
		var fix = "Add '" + b["target"] + "' to export.targets of the profile."
		return [Manifest.problem("TARGET_MISSING", name, "there is no target '" + b["target"] + "'", fix)]
	var found = []
	var files = Manifest.listed(manifest)
	for file in Manifest.glb_files(manifest["targets"][b["target"]]):
		var needs = files[file].get("requires")
		for extension in (needs if needs != null else []):
			if not (extension in b["engine"].extensions()):
				var what = "needs the glTF extension " + extension + ", which this Godot does not read"
				found.append(Manifest.problem("EXTENSION_UNSUPPORTED", file, what, "Switch it off in the profile."))
	return found


static func _named(b: Dictionary, manifest: Dictionary) -> Array:
	return Manifest.named_files(manifest["targets"][b["target"]])


# Sizes and times of the named files: when they stay as they are, nobody is copying.
static func _mark(b: Dictionary, asset: Dictionary, manifest: Dictionary) -> String:
	var mark = ""
	for file in _named(b, manifest):
		var path = Paths.join(asset["folder"], file)
		mark += "|" + str(b["files"].size(path)) + " " + str(b["files"].mtime(path))
	return mark


static func _file_problems(b: Dictionary, asset: Dictionary, manifest: Dictionary) -> Array:
	var found = []
	var files = Manifest.listed(manifest)
	for file in _named(b, manifest):
		var size = b["files"].size(Paths.join(asset["folder"], file))
		if size == -1:
			found.append(Manifest.problem("FILE_MISSING", file, "the manifest lists it, but it is not there"))
		elif size == -2:
			found.append(Manifest.problem("FILE_UNREADABLE", file, "it cannot be opened", "Check its permissions."))
		elif size != files[file]["bytes"]:
			var what = "has %d bytes, %d were published" % [size, files[file]["bytes"]]
			found.append(Manifest.problem("FILE_SIZE", file, what))
	if found.size() > 0:
		return found
	for file in _named(b, manifest):
		if b["files"].sha256(Paths.join(asset["folder"], file)) != files[file]["sha256"]:
			found.append(Manifest.problem("HASH_MISMATCH", file, "the content is not what was published"))
	return found
