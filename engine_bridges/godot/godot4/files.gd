@tool
extends RefCounted

# Files and clocks for Godot 4. Paths are absolute or begin with res://.


func is_folder(path: String) -> bool:
	return DirAccess.dir_exists_absolute(path)


# Names below a folder; links to folders are left out.
func list(path: String) -> Dictionary:
	var found = {"folders": [], "files": []}
	var folder = DirAccess.open(path)
	if folder == null:
		return found
	folder.include_hidden = true
	if folder.list_dir_begin() != OK:
		return found
	var name = folder.get_next()
	while name != "":
		if not folder.current_is_dir():
			found["files"].append(name)
		elif not (folder.has_method("is_link") and folder.call("is_link", name)):
			found["folders"].append(name)
		name = folder.get_next()
	folder.list_dir_end()
	return found


# Bytes; -1 if there is no such file, -2 if it cannot be opened.
func size(path: String) -> int:
	if not FileAccess.file_exists(path):
		return -1
	var file = FileAccess.open(path, FileAccess.READ)
	return file.get_length() if file != null else -2


# Seconds since 1970; 0 if there is no such file.
func mtime(path: String) -> int:
	return FileAccess.get_modified_time(path) if FileAccess.file_exists(path) else 0


func sha256(path: String) -> String:
	return FileAccess.get_sha256(path) if FileAccess.file_exists(path) else ""


# A JSON file's value; null if there is none, it is no JSON, or it is no UTF-8.
func json(path: String):
	if size(path) <= 0:
		return null
	var bytes = FileAccess.get_file_as_bytes(path)
	var text = bytes.get_string_from_utf8()
	if text.to_utf8_buffer() != bytes:
		return null
	# Unlike JSON.parse_string(), this prints no error where the text is none.
	var parser = JSON.new()
	return parser.data if parser.parse(text) == OK else null


func make_folder(path: String) -> void:
	DirAccess.make_dir_recursive_absolute(path)


# The copy is in a hidden folder of the project, so that Godot does not see it before it is whole.
func copy(from: String, to: String) -> bool:
	make_folder(to.get_base_dir())
	return DirAccess.copy_absolute(from, to) == OK


func move(from: String, to: String) -> bool:
	return DirAccess.rename_absolute(from, to) == OK


func remove(path: String) -> void:
	if FileAccess.file_exists(path):
		DirAccess.remove_absolute(path)


# Keep a copy of an artist's file beside it: "chair.edited-1.glb.kept" is nothing that Godot imports.
func keep_aside(path: String) -> void:
	for number in range(1, 1000):
		var kept = "%s.edited-%d.%s.kept" % [path.get_basename(), number, path.get_extension()]
		if not FileAccess.file_exists(kept):
			DirAccess.copy_absolute(path, kept)
			return


func write_text(path: String, text: String) -> bool:
	make_folder(path.get_base_dir())
	var temporary = path.get_base_dir() + "/." + path.get_file() + "." + str(OS.get_process_id()) + ".tmp"
	var file = FileAccess.open(temporary, FileAccess.WRITE)
	if file == null:
		return false
	file.store_string(text)
	var is_written = file.get_error() == OK
	file.close()
	if is_written and move(temporary, path):
		return true
	remove(temporary)
	return false


func write_json(path: String, value) -> bool:
	return write_text(path, JSON.stringify(value, "  ", true) + "\n")


# Pictures first, then the report; false if the folder cannot be written.
func write_report(folder: String, report: Dictionary, pictures: Dictionary) -> bool:
	make_folder(folder)
	_sweep(folder)
	for name in pictures:
		var file = FileAccess.open(folder + "/" + name, FileAccess.WRITE)
		if file == null:
			return false
		file.store_buffer(pictures[name])
		file.close()
	return write_text(folder + "/" + report["engine"]["name"] + ".json", JSON.stringify(report, "  ", true) + "\n")


# What a bridge that died has left.
func _sweep(folder: String) -> void:
	for name in list(folder)["files"]:
		var path = folder + "/" + name
		if name.begins_with(".godot.json.") and name.ends_with(".tmp") and time() - mtime(path) > 600:
			remove(path)


# Seconds since 1970.
func time() -> int:
	return int(Time.get_unix_time_from_system())


func utc() -> String:
	return preload("core/report.gd").utc(Time.get_datetime_dict_from_unix_time(time()))
