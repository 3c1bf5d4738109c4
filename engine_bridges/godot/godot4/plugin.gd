@tool
extends EditorPlugin

# The editor's side of the bridge: its clock, its menu, its log. For Godot 4.

const Bridge = preload("core/bridge.gd")
const Copy = preload("core/copy.gd")
const EngineSide = preload("engine.gd")
const Files = preload("files.gd")
const Tell = preload("core/tell.gd")

const MENU = {
	"Importer: look now": "_look_now",
	"Importer: import again": "_again",
	"Importer: import again, replacing edits": "_replace",
	"Importer: remove left-over files": "_remove_left_over",
}

var b = {}
var started = Time.get_ticks_msec()
var ends_itself = OS.get_environment("IMPORTER_BRIDGE_ONCE") != ""
var is_over = false


func _enter_tree() -> void:
	var project = ProjectSettings.globalize_path("res://").trim_suffix("/")
	var separator = ";" if OS.get_name() == "Windows" else ":"
	var elsewhere = Array(OS.get_environment("IMPORTER_BRIDGE_OUT").split(separator, false))
	b = Bridge.open(Files.new(), EngineSide.new(get_editor_interface(), self), project, elsewhere)
	if b["engine"].progress == null and b["engine"].can_draw():
		b["log"].append(["warning", "the editor's progress bar is not found; import few assets at a time"])
	for item in MENU:
		add_tool_menu_item(item, Callable(self, MENU[item]))
	var dock = get_editor_interface().get_file_system_dock()
	dock.files_moved.connect(_file_moved)
	dock.folder_moved.connect(_folder_moved)


func _exit_tree() -> void:
	for item in MENU:
		remove_tool_menu_item(item)


func _process(_delta) -> void:
	if is_over or b["engine"].is_scanning():
		return
	Bridge.step(b, (Time.get_ticks_msec() - started) / 1000.0)
	for entry in b["log"]:
		var text = "importer_bridge: " + entry[1]
		print(text)
		if entry[0] == "warning":
			push_warning(text)
		elif entry[0] == "error":
			push_error(text)
	b["log"] = []
	if ends_itself and Bridge.is_settled(b):
		is_over = true
		_end()


# One line for scripts, then the end of the process.
func _end() -> void:
	var bad = Tell.bad(b)
	var is_well = b["stopped"] == "" and b["config"].get("error", "") == "" and bad.size() == 0
	print("importer_bridge: finished ", JSON.stringify({"ok": is_well, "bad": bad, "results": b["results"]}, "", true))
	get_tree().quit(0 if is_well else 1)


func _look_now() -> void:
	b["next_look"] = 0.0


func _again() -> void:
	print("importer_bridge: ", Bridge.again(b, _selected(), "again"), " to be imported again")


func _replace() -> void:
	print("importer_bridge: ", Bridge.again(b, _selected(), "replace"), " to be imported again, replacing edits")


func _remove_left_over() -> void:
	print("importer_bridge: ", Copy.remove_left_over(b), " files removed")
	Bridge.save(b)
	get_editor_interface().get_resource_filesystem().scan()


# The folder that is selected in the FileSystem dock, without a slash at its end.
func _selected() -> String:
	return get_editor_interface().get_current_directory().trim_suffix("/")


func _file_moved(before, after) -> void:
	Bridge.moved(b, before, after, false)


func _folder_moved(before, after) -> void:
	Bridge.moved(b, before.trim_suffix("/"), after.trim_suffix("/"), true)
