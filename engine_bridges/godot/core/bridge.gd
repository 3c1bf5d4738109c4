# The bridge's work in small steps, so that the editor is never held for longer than one import takes.
# The editor's plugin calls step() every frame; `files` and `engine` are what differs between Godot 3 and Godot 4.

const Checks = preload("checks.gd")
const Config = preload("config.gd")
const Copy = preload("copy.gd")
const Look = preload("look.gd")
const Manifest = preload("manifest.gd")
const Paths = preload("paths.gd")
const Report = preload("report.gd")
const State = preload("state.gd")

const FOLDERS_A_STEP = 20
const SKIPPED_A_STEP = 200
const IMPORT_S = 120.0
const SCAN_AGAIN_S = 5.0
const SAVE_S = 1.0


# The bridge's memory. `project` is the absolute folder of the project, `elsewhere` the list of IMPORTER_BRIDGE_OUT.
static func open(files, engine, project: String, elsewhere: Array) -> Dictionary:
	var b = {
		"files": files, "engine": engine, "project": project, "elsewhere": elsewhere,
		"config": {"watch": []}, "config_stamp": "", "state": State.fresh(), "stopped": "", "target": "godot",
		"phase": "idle", "next_look": 0.0, "looks": 0,
		"walk": [], "found": [], "todo": [], "due": [], "importing": [], "waiting": 0,
		"seen": {}, "said": {}, "force": {}, "log": [], "results": {},
		"dirty": false, "saved": 0.0,
	}
	_load_state(b)
	return b


static func step(b: Dictionary, now: float) -> void:
	if b["stopped"] != "":
		return
	match b["phase"]:
		"idle":
			if now >= b["next_look"]:
				_begin(b, now)
		"walk":
			_walk(b)
		"read":
			_read(b, now)
		"copy":
			_copy(b, now)
		"import":
			_wait_for_import(b, now)
		"test":
			_test(b, now)
	if b["dirty"] and (b["phase"] == "idle" or now - b["saved"] >= SAVE_S):
		b["saved"] = now
		save(b)


# Whether there is nothing to do, and nothing that is still being copied.
static func is_settled(b: Dictionary) -> bool:
	return b["stopped"] != "" or (b["phase"] == "idle" and b["looks"] > 0 and b["waiting"] == 0 and not b["dirty"])


# Import assets again whose folder in the project is `below` or lies below it; `how` is "again" or "replace".
static func again(b: Dictionary, below: String, how: String) -> int:
	for key in b["state"]["assets"]:
		if Paths.is_inside("res://" + b["state"]["assets"][key]["folder"], below) or below == "res:/":
			b["force"][key] = how
	b["next_look"] = 0.0
	return b["force"].size()


static func moved(b: Dictionary, before: String, after: String, is_folder: bool) -> void:
	if State.move(b["state"]["assets"], before, after, is_folder):
		save(b)


static func save(b: Dictionary) -> void:
	b["dirty"] = false
	if not b["files"].write_json("res://" + State.FILE, b["state"]):
		b["log"].append(["error", "res://" + State.FILE + " cannot be written"])


static func _load_state(b: Dictionary) -> void:
	var path = "res://" + State.FILE
	if b["files"].size(path) == -1:
		return
	var value = b["files"].json(path)
	var fault = State.fault(value)
	if fault == "newer":
		b["stopped"] = path + " is of a newer bridge; update this one"
		b["log"].append(["error", b["stopped"]])
	elif fault != "":
		b["files"].move(path, "res://importer_bridge.state.damaged.json")
		b["log"].append(["warning", path + " is damaged (" + fault + ") and kept as importer_bridge.state.damaged.json"])
	else:
		b["state"] = value


static func _load_config(b: Dictionary) -> bool:
	var path = "res://" + Config.FILE
	var stamp = str([b["files"].size(path), b["files"].mtime(path), b["elsewhere"]])
	if stamp == b["config_stamp"]:
		return not b["config"].has("error") or b["config"]["error"] == ""
	b["config_stamp"] = stamp
	var value = b["files"].json(path)
	if b["files"].size(path) == -1:
		value = {"config_version": 1}
	b["config"] = Config.read(value, b["project"], b["elsewhere"])
	b["target"] = "godot" if b["config"]["target"] == "auto" else b["config"]["target"]
	for key in b["config"]["unknown"]:
		b["log"].append(["warning", Config.FILE + ": unknown key '" + key + "' is ignored"])
	if b["config"]["error"] != "":
		b["log"].append(["error", Config.FILE + ": " + b["config"]["error"]])
	return b["config"]["error"] == ""


static func _begin(b: Dictionary, now: float) -> void:
	b["next_look"] = now + 2.0
	if not _load_config(b):
		return
	b["next_look"] = now + b["config"]["poll_s"]
	b["waiting"] = 0
	b["found"] = []
	b["walk"] = Look.tops(b)
	b["phase"] = "walk"


static func _walk(b: Dictionary) -> void:
	for _i in range(FOLDERS_A_STEP):
		if b["walk"].size() == 0:
			b["todo"] = Look.with_owners(b["found"])
			b["phase"] = "read"
			return
		Look.walk(b, b["walk"].pop_front())


static func _read(b: Dictionary, now: float) -> void:
	if b["todo"].size() == 0:
		b["looks"] += 1
		b["phase"] = "copy" if b["due"].size() > 0 else "idle"
		return
	var asset = null
	var verdict = {"do": "skip"}
	for _i in range(SKIPPED_A_STEP):
		if verdict["do"] == "skip" and b["todo"].size() > 0:
			asset = b["todo"].pop_front()
			verdict = Look.judge(b, asset, now)
	match verdict["do"]:
		"wait":
			b["waiting"] += 1
		"refuse":
			_refuse(b, asset, verdict)
		"import":
			for key in verdict:
				asset[key] = verdict[key]
			asset["began"] = now
			b["due"].append(asset)


static func _copy(b: Dictionary, now: float) -> void:
	if b["due"].size() == 0:
		b["phase"] = "idle" if b["importing"].size() == 0 else "import"
		if b["phase"] == "import":
			save(b)
			b["engine"].scan()
			b["scanned"] = now
			b["import_until"] = now + IMPORT_S
		return
	var asset = b["due"][0]
	var result = Copy.copy(b, asset)
	if result["do"] == "later":
		return
	b["due"].pop_front()
	if result["do"] == "refuse":
		asset["problems"] = result["problems"]
		_refuse(b, asset, asset)
	elif result["do"] == "import":
		b["importing"].append(asset)
	else:
		b["waiting"] += 1


static func _wait_for_import(b: Dictionary, now: float) -> void:
	if b["engine"].is_scanning():
		return
	var is_done = true
	for asset in b["importing"]:
		is_done = is_done and b["engine"].import_state(asset["scenes"]) != "pending"
	if is_done or now >= b["import_until"]:
		b["phase"] = "test"
	elif now - b["scanned"] >= SCAN_AGAIN_S:
		b["engine"].scan()
		b["scanned"] = now


static func _test(b: Dictionary, now: float) -> void:
	if b["importing"].size() == 0:
		b["phase"] = "idle"
		return
	var asset = b["importing"][0]
	var manifest = asset["manifest"]
	var target = manifest["targets"][b["target"]]
	if not asset.has("found"):
		if b["engine"].import_state(asset["scenes"]) != "done":
			b["importing"].pop_front()
			var what = "Godot did not import it; its output says why"
			asset["problems"] = [Manifest.problem("IMPORT_FAILED", asset["scenes"][0], what, "Look at Godot's output.")]
			_refuse(b, asset, asset)
			return
		asset["found"] = b["engine"].measure(asset["scenes"], manifest, target)
		if b["engine"].can_draw():
			b["engine"].begin_draw(asset["scenes"][0])
		return
	if b["engine"].can_draw() and not asset.has("drawn"):
		var drawn = b["engine"].drawn()
		if drawn != null:
			asset["drawn"] = drawn
		return
	b["importing"].pop_front()
	_finish(b, asset, target, now)


static func _finish(b: Dictionary, asset: Dictionary, target: Dictionary, now: float) -> void:
	var found = asset["found"]
	var why = b["engine"].cannot()
	if asset.has("drawn"):
		found["draws"] = asset["drawn"]["errors"]
		if b["config"]["screenshots"] and asset["drawn"].has("png"):
			asset["pictures"] = {"godot-front.png": asset["drawn"]["png"]}
			asset["screenshots"] = [{
				"file": "godot-front.png", "view": "front", "width": asset["drawn"]["width"],
				"height": asset["drawn"]["height"],
			}]
	var report = _report(b, asset, now)
	report["checks"] = Checks.all(asset["manifest"], target, found, why)
	report["status"] = "failed" if Checks.has_failed(report["checks"]) else "passed"
	report["warnings"] = _warnings(b, asset)
	if b["config"]["report"]:
		_write_report(b, asset, report)
	var entry = b["state"]["assets"][asset["key"]]
	for key in asset["inputs"]:
		entry[key] = asset["inputs"][key]
	entry["status"] = report["status"]
	entry.erase("importing")
	entry.erase("refused")
	b["force"].erase(asset["key"])
	b["seen"].erase(asset["folder"])
	b["results"][asset["key"]] = report["status"]
	b["dirty"] = true
	_tell(b, asset["key"], report)


static func _tell(b: Dictionary, key: String, report: Dictionary) -> void:
	var failed = []
	var count = 0
	for entry in report["checks"]:
		if entry["status"] == "failed":
			failed.append(entry["name"])
		if entry["status"] != "skipped":
			count += 1
	if failed.size() > 0:
		b["log"].append(["warning", "%s failed %d of %d checks: %s" % [key, failed.size(), count, str(failed)]])
	else:
		b["log"].append(["info", "%s imported, %d checks passed" % [key, count]])


static func _warnings(b: Dictionary, asset: Dictionary) -> Array:
	var found = b["engine"].warnings(asset["scenes"])
	if Manifest.minor(asset["manifest"]) > Manifest.MINOR:
		var what = "is of version " + asset["manifest"]["schema_version"] + "; what is new in it is not used"
		found.append(Manifest.problem("MANIFEST_NEWER", asset["manifests"][0], what, "Update the bridge."))
	var entry = b["state"]["assets"][asset["key"]]
	for file in Manifest.sorted(entry["left_over"]):
		var path = State.place(entry, asset["key"], file)
		if b["files"].size(path) >= 0:
			var fix = "Remove it, or use the menu 'Remove left-over files'."
			found.append(Manifest.problem("LEFT_OVER", path, "is no longer part of the asset", fix))
	return found


static func _report(b: Dictionary, asset: Dictionary, now: float) -> Dictionary:
	var manifest = asset["manifest"]
	var name = asset["manifests"][0].replace(Look.SUFFIX, "")
	var job = {"asset": name, "target": b["target"], "manifest_sha256": asset["manifest_sha256"]}
	job["screenshots"] = asset.get("screenshots", [])
	return Report.make(b["engine"].info(), job, b["files"].utc(), max(0.0, now - asset.get("began", now)))


# Say why an asset is not imported: once for each manifest and reason.
static func _refuse(b: Dictionary, asset: Dictionary, verdict: Dictionary) -> void:
	var first = verdict["problems"][0]
	b["results"][asset["key"] if first["code"] != "NAME_TAKEN" else asset["folder"]] = "refused"
	b["force"].erase(asset["key"])
	if not verdict.has("manifest_sha256"):
		return
	var mark = {"manifest_sha256": verdict["manifest_sha256"], "code": first["code"]}
	if _is_told(b, asset, mark):
		return
	asset["manifest_sha256"] = verdict["manifest_sha256"]
	asset["manifest"] = verdict["manifest"]
	var report = _report(b, asset, asset.get("began", 0.0))
	report["status"] = "refused"
	report["problems"] = verdict["problems"]
	if b["config"]["report"]:
		_write_report(b, asset, report)
	b["log"].append(["warning", asset["key"] + " is not imported: " + first["code"] + " " + first["where"] + ": " + first["what"]])
	if first["code"] != "NAME_TAKEN":
		var assets = b["state"]["assets"]
		if not assets.has(asset["key"]):
			assets[asset["key"]] = Copy.new_entry(asset["key"])
		assets[asset["key"]]["refused"] = mark
		b["dirty"] = true


static func _is_told(b: Dictionary, asset: Dictionary, mark: Dictionary) -> bool:
	if mark["code"] == "NAME_TAKEN":
		var before = b["files"].json(Paths.join(asset["folder"], "reports/godot.json"))
		var is_report = typeof(before) == TYPE_DICTIONARY and before.get("status") == "refused"
		return is_report and str(before.get("manifest_sha256")) == mark["manifest_sha256"]
	var entry = b["state"]["assets"].get(asset["key"])
	if entry == null or entry.get("refused") == null:
		return false
	return entry["refused"]["manifest_sha256"] == mark["manifest_sha256"] and entry["refused"]["code"] == mark["code"]


# In out/, or where that cannot be written, in the project.
static func _write_report(b: Dictionary, asset: Dictionary, report: Dictionary) -> void:
	var pictures = asset.get("pictures", {})
	if b["files"].write_report(Paths.join(asset["folder"], "reports"), report, pictures):
		return
	var own = "res://ImporterReports/" + asset["key"] + "/reports"
	b["files"].write_text("res://ImporterReports/.gdignore", "")
	var is_kept = b["files"].write_report(own, report, pictures)
	if not b["said"].has("reports"):
		b["said"]["reports"] = true
		var where = "kept in " + own if is_kept else "lost"
		b["log"].append(["warning", asset["folder"] + " cannot be written; its report is " + where])
