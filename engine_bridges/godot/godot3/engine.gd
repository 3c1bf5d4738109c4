tool
extends Reference

# What Godot 3 itself does: import, and tell what it is.

const Draw = preload("draw.gd")
const Measure = preload("measure.gd")

var editor
var host
var drawing = null
var progress = null


# `host` is a node of the editor's tree, for drawing.
func _init(editor_interface, a_host) -> void:
	editor = editor_interface
	host = a_host
	progress = _find(editor.get_base_control(), "ProgressDialog")


func info() -> Dictionary:
	var version = Engine.get_version_info()
	return {
		"version": "%d.%d.%d.%s" % [version["major"], version["minor"], version["patch"], version["status"]],
		"platform": OS.get_name(),
		"renderer": VisualServer.get_video_adapter_name() if can_draw() else null,
		"project": str(ProjectSettings.get_setting("application/config/name")),
	}


# glTF extensions that its importer reads.
func extensions() -> Array:
	return ["KHR_materials_pbrSpecularGlossiness", "KHR_lights_punctual"]


func scan() -> void:
	editor.get_resource_filesystem().scan()


# While Godot imports many files, it draws frames for its progress bar. A scan at such a moment would crash it, and
# nothing but that bar tells of it.
func is_scanning() -> bool:
	return editor.get_resource_filesystem().is_scanning() or (progress != null and progress.visible)


# Say how a file is to be imported before Godot does it for the first time; an artist's settings are never touched.
# Materials stay in the scene: as files of their own, Godot 3 keeps the old ones, with their old textures, for ever.
func prepare(path: String) -> void:
	var settings = path + ".import"
	if File.new().file_exists(settings) or not path.ends_with(".glb"):
		return
	var config = ConfigFile.new()
	config.set_value("remap", "importer", "scene")
	config.set_value("remap", "type", "PackedScene")
	config.set_value("params", "materials/storage", 0)
	config.save(settings)
	# Godot takes a file whose sum is in its cache for imported, though its settings are new.
	var sums = "res://.import/" + path.get_file() + "-" + path.md5_text() + ".md5"
	if File.new().file_exists(sums):
		Directory.new().remove(sums)


# "done" when Godot has imported the files as they are now, "failed", or "pending".
func import_state(scenes: Array) -> String:
	for path in scenes:
		var config = ConfigFile.new()
		if config.load(path + ".import") != OK:
			return "pending"
		if not config.get_value("remap", "valid", true):
			return "failed"
		var imported = config.get_value("remap", "path", "")
		var sums = ConfigFile.new()
		if imported == "" or sums.load(imported.get_basename() + ".md5") != OK:
			return "pending"
		if sums.get_value("", "source_md5", "") != File.new().get_md5(path):
			return "pending"
	return "done"


# Settings of an artist that decide on what is seen.
func warnings(scenes: Array) -> Array:
	var found = []
	for path in scenes:
		var config = ConfigFile.new()
		config.load(path + ".import")
		var keeps = config.get_value("params", "materials/keep_on_reimport", true)
		if config.get_value("params", "materials/storage", 0) == 1 and keeps:
			var what = "materials are files of their own and are kept: new textures do not arrive"
			var fix = "Set Materials, Storage to Built-In in the Import dock."
			found.append({"code": "SETTING_KEPT", "where": path, "what": what, "fix": fix})
	return found


# Checks that Godot 3 cannot make, and why.
func cannot() -> Dictionary:
	var found = {"humanoid": "Godot 3 has no humanoid skeletons"}
	if not can_draw():
		found["draws"] = "this Godot has no renderer"
	return found


func can_draw() -> bool:
	return OS.get_name() != "Server" and OS.get_name() != "Headless"


func measure(scenes: Array, manifest: Dictionary, target: Dictionary) -> Dictionary:
	return Measure.measure(_load(scenes[0]), manifest, target)


func begin_draw(path: String) -> void:
	drawing = Draw.new(host, _load(path).instance())


# Null until the picture is there.
func drawn():
	var result = drawing.result()
	if result != null:
		drawing = null
	return result


static func _find(node: Node, type: String):
	if node.get_class() == type:
		return node
	for child in node.get_children():
		var found = _find(child, type)
		if found != null:
			return found
	return null


func _load(path: String):
	return ResourceLoader.load(path, "PackedScene", true)
