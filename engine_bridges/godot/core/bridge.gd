# The bridge's work in small steps, so that the editor is never held for longer than one import takes.
# The editor's plugin calls step() every frame; `files` and `engine` are what differs between Godot 3 and Godot 4.

const Config = preload("config.gd")
const Copy = preload("copy.gd")
const Look = preload("look.gd")
const Manifest = preload("manifest.gd")
const Paths = preload("paths.gd")
const State = preload("state.gd")
const Tell = preload("tell.gd")

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
		"tops": [], "walk": [], "found": [], "todo": [], "due": [], "importing": [], "waiting": 0,
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
	var is_all = not below.begins_with("res://") or below == "res://"  # "res:" where slashes were cut off its end
	for key in b["state"]["assets"]:
		if is_all or Paths.is_inside("res://" + b["state"]["assets"][key]["folder"], below):
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
	b["tops"] = Look.tops(b)
	b["walk"] = b["tops"].duplicate()
	b["phase"] = "walk"


static func _walk(b: Dictionary) -> void:
	for _i in range(FOLDERS_A_STEP):
		if b["walk"].size() == 0:
			Look.say_what_is_gone(b, b["tops"])
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
			Tell.refuse(b, asset, verdict)
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
		Tell.refuse(b, asset, asset)
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
			Tell.refuse(b, asset, asset)
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
	Tell.finish(b, asset, target, now)
