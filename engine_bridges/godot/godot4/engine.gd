@tool
extends RefCounted

# What Godot 4 itself does: import, and tell what it is.

const Draw = preload("draw.gd")
const Measure = preload("measure.gd")

var editor
var host
var drawing = null
var progress = null


# `host` is a node of the editor's tree, for drawing. An editor without a window has no progress bar.
func _init(editor_interface, a_host) -> void:
	editor = editor_interface
	host = a_host
	for found in host.get_tree().root.find_children("*", "ProgressDialog", true, false):
		progress = found


func info() -> Dictionary:
	var version = Engine.get_version_info()
	return {
		"version": "%d.%d.%d.%s" % [version["major"], version["minor"], version["patch"], version["status"]],
		"platform": OS.get_name(),
		"renderer": RenderingServer.get_video_adapter_name() if can_draw() else null,
		"project": str(ProjectSettings.get_setting("application/config/name")),
	}


# glTF extensions that its importer reads; quantized and meshopt-compressed meshes are not among them.
func extensions() -> Array:
	return [
		"KHR_lights_punctual", "KHR_materials_emissive_strength", "KHR_materials_pbrSpecularGlossiness",
		"KHR_materials_unlit", "KHR_texture_transform", "KHR_texture_basisu", "EXT_texture_webp",
	]


func scan() -> void:
	editor.get_resource_filesystem().scan()


# While Godot imports many files, it draws frames for its progress bar; a scan must not begin at such a moment.
func is_scanning() -> bool:
	var system = editor.get_resource_filesystem()
	if system.has_method("is_importing") and system.call("is_importing"):
		return true
	return system.is_scanning() or (progress != null and progress.visible)


# Godot 4's defaults suit: materials stay in the scene, and extracted textures follow the file.
func prepare(_path: String) -> void:
	pass


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
		if sums.get_value("", "source_md5", "") != FileAccess.get_md5(path):
			return "pending"
	return "done"


# Settings of an artist that decide on what is seen: materials of other files in place of the scene's own.
func warnings(scenes: Array) -> Array:
	var found = []
	for path in scenes:
		var config = ConfigFile.new()
		config.load(path + ".import")
		var materials = config.get_value("params", "_subresources", {}).get("materials", {})
		for name in materials:
			if materials[name].get("use_external/enabled", false):
				var what = "the material " + str(name) + " is taken from another file"
				var fix = "Clear Use External in the advanced import settings, if that is not meant so."
				found.append({"code": "SETTING_KEPT", "where": path, "what": what, "fix": fix})
	return found


# Checks that this Godot cannot make, and why.
func cannot() -> Dictionary:
	return {} if can_draw() else {"draws": "this Godot runs without a renderer"}


func can_draw() -> bool:
	return DisplayServer.get_name() != "headless"


func measure(scenes: Array, manifest: Dictionary, target: Dictionary) -> Dictionary:
	return Measure.measure(_load(scenes[0]), manifest, target)


func begin_draw(path: String) -> void:
	drawing = Draw.new(host, _load(path).instantiate())


# Null until the picture is there.
func drawn():
	var result = drawing.result()
	if result != null:
		drawing = null
	return result


func _load(path: String):
	return ResourceLoader.load(path, "PackedScene", ResourceLoader.CACHE_MODE_REPLACE)
