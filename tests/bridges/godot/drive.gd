extends SceneTree

# Runs the bridge's own code on real files, with an engine that measures what it is told and a clock that is set here.
# For each command.json it starts a bridge anew and writes answer.json; {"quit": true} ends it. Keys of a command:
# seconds, found, moves, again, below, tamper, remove_left_over, waits, elsewhere.

const Bridge = preload("res://addons/importer_bridge/core/bridge.gd")
const Checks = preload("res://addons/importer_bridge/core/checks.gd")
const Copy = preload("res://addons/importer_bridge/core/copy.gd")
const Files = preload("res://addons/importer_bridge/files.gd")
const Manifest = preload("res://addons/importer_bridge/core/manifest.gd")
const Tell = preload("res://addons/importer_bridge/core/tell.gd")


class FakeEngine:
	var scans = 0
	var overrides = {}

	func info() -> Dictionary:
		return {"version": "0.0.0", "platform": "test", "renderer": null, "project": "test"}

	func extensions() -> Array:
		return []

	func scan() -> void:
		scans += 1

	func is_scanning() -> bool:
		return false

	func prepare(_path) -> void:
		pass

	func import_state(_scenes) -> String:
		return overrides.get("import_state", "done")

	func warnings(_scenes) -> Array:
		return []

	func cannot() -> Dictionary:
		return {"draws": "no renderer", "humanoid": "no humanoids"}

	func can_draw() -> bool:
		return false

	# What a right import would measure, but for what the test overrides.
	func measure(_scenes, manifest: Dictionary, target: Dictionary) -> Dictionary:
		var box = Checks.wanted_box(target)
		var found = {"hulls": target["collision"].size(), "levels": target["lods"].size(), "triangles": []}
		for level in target["lods"]:
			found["triangles"].append(manifest["lods"][level["level"]]["triangles"])
		for name in ["size", "middle", "centroid"]:
			found[name] = box[name]
		found["root_rotation_deg"] = 0
		found["root_scale"] = [1, 1, 1]
		found["hull_size"] = box["size"]
		found["materials"] = [target["materials"][0]["name"]]
		found["textures"] = ["base_color", "normal", "orm"]
		var side = manifest["quality"]["figures"].get("texture_size")
		found["texture_size_px"] = {"base_color": side, "normal": side, "orm": side}
		found["texture_color_space"] = {"base_color": "srgb", "normal": "linear", "orm": "linear"}
		found["texture_normal_map"] = true
		for name in overrides:
			found[name] = overrides[name]
		if overrides.has("broken"):
			found[overrides["broken"]] = [NAN, INF, 1.0]
		return found


# Godot tells versions of a file apart by its time in whole seconds, so the bridge waits for the next one before it writes
# a file anew. Two seconds ahead, this clock has it always; "waits" sets it right.
class Ahead:
	extends "res://addons/importer_bridge/files.gd"

	var ahead = 2
	var clock = Files.new()

	func time() -> int:
		return clock.time() + ahead


var files = Ahead.new()


# Godot 3 calls this one, Godot 4 the other.
func _iteration(_delta) -> bool:
	return tick()


func _process(_delta) -> bool:
	return tick()


func tick() -> bool:
	OS.delay_msec(5)
	if files.size("res://command.json") < 0:
		return false
	var options = files.json("res://command.json")
	files.remove("res://command.json")
	if options.get("quit", false):
		OS.kill(OS.get_process_id())  # Godot 3 without a window does not always come to an end
	files.write_json("res://answer.json", drive(options))
	return false


func drive(options: Dictionary) -> Dictionary:
	var engine = FakeEngine.new()
	engine.overrides = options.get("found", {})
	files.ahead = 0 if options.get("waits", false) else 2
	var project = ProjectSettings.globalize_path("res://").rstrip("/")
	var b = Bridge.open(files, engine, project, options.get("elsewhere", []))
	for move in options.get("moves", []):
		Bridge.moved(b, move[0], move[1], move[2])
	if options.has("again"):
		Bridge.again(b, options.get("below", "res:"), options["again"])
	var now = 0.0
	var log_lines = []
	while now < options["seconds"]:
		Bridge.step(b, now)
		log_lines += b["log"]
		b["log"] = []
		# Copying may wait for the next second of the real clock.
		if b["phase"] == "copy":
			OS.delay_msec(20)
			if options.has("tamper"):
				files.write_text(options["tamper"], "published anew between looking and copying")
				options.erase("tamper")
		else:
			now += 0.05
	var removed = Copy.remove_left_over(b) if options.get("remove_left_over", false) else 0
	return {
		"log": log_lines, "scans": engine.scans, "results": b["results"], "waiting": b["waiting"],
		"stopped": b["stopped"], "removed": removed, "settled": Bridge.is_settled(b), "bad": Tell.bad(b),
	}
