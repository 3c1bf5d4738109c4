tool
extends Reference

# Files and clocks for Godot 3. Paths are absolute or begin with res://.


func is_folder(path: String) -> bool:
	return Directory.new().dir_exists(path)


# Names below a folder. Godot 3 cannot tell a symbolic link from a folder.
func list(path: String) -> Dictionary:
	var found = {"folders": [], "files": []}
	var folder = Directory.new()
	if folder.open(path) != OK or folder.list_dir_begin(true, false) != OK:
		return found
	var name = folder.get_next()
	while name != "":
		found["folders" if folder.current_is_dir() else "files"].append(name)
		name = folder.get_next()
	folder.list_dir_end()
	return found


# Bytes; -1 if there is no such file, -2 if it cannot be opened.
func size(path: String) -> int:
	var file = File.new()
	if not file.file_exists(path):
		return -1 if not Directory.new().file_exists(path) else -2
	if file.open(path, File.READ) != OK:
		return -2
	var bytes = file.get_len()
	file.close()
	return bytes


# Seconds since 1970; 0 if there is no such file.
func mtime(path: String) -> int:
	var file = File.new()
	return file.get_modified_time(path) if file.file_exists(path) else 0


func sha256(path: String) -> String:
	var file = File.new()
	return file.get_sha256(path) if file.file_exists(path) else ""


# A JSON file's value; null if there is none, it is no JSON, or it is no UTF-8.
func json(path: String):
	var file = File.new()
	if file.open(path, File.READ) != OK:
		return null
	var bytes = file.get_buffer(file.get_len())
	file.close()
	var text = bytes.get_string_from_utf8()
	if text.to_utf8() != bytes or text.strip_edges() == "":
		return null
	# JSON.parse() prints an error where the text is none; this does not.
	if validate_json(text) != "":
		return null
	var parsed = JSON.parse(text)
	return parsed.result if parsed.error == OK else null


func make_folder(path: String) -> void:
	Directory.new().make_dir_recursive(path)


# The copy is in a hidden folder of the project, so that Godot does not see it before it is whole.
func copy(from: String, to: String) -> bool:
	make_folder(to.get_base_dir())
	return Directory.new().copy(from, to) == OK


# Godot 3 removes what is in the way before it renames.
func move(from: String, to: String) -> bool:
	return Directory.new().rename(from, to) == OK


func remove(path: String) -> void:
	if File.new().file_exists(path):
		Directory.new().remove(path)


# Keep a copy of an artist's file beside it: "chair.edited-1.glb.kept" is nothing that Godot imports.
func keep_aside(path: String) -> void:
	for number in range(1, 1000):
		var kept = "%s.edited-%d.%s.kept" % [path.get_basename(), number, path.get_extension()]
		if not File.new().file_exists(kept):
			Directory.new().copy(path, kept)
			return


func write_text(path: String, text: String) -> bool:
	make_folder(path.get_base_dir())
	var temporary = path.get_base_dir() + "/." + path.get_file() + "." + str(OS.get_process_id()) + ".tmp"
	var file = File.new()
	if file.open(temporary, File.WRITE) != OK:
		return false
	file.store_string(text)
	var is_written = file.get_error() == OK
	file.close()
	if is_written and move(temporary, path):
		return true
	remove(temporary)
	return false


func write_json(path: String, value) -> bool:
	return write_text(path, JSON.print(value, "  ", true) + "\n")


# Pictures first, then the report; false if the folder cannot be written.
func write_report(folder: String, report: Dictionary, pictures: Dictionary) -> bool:
	make_folder(folder)
	_sweep(folder)
	for name in pictures:
		var file = File.new()
		if file.open(folder + "/" + name, File.WRITE) != OK:
			return false
		file.store_buffer(pictures[name])
		file.close()
	return write_text(folder + "/" + report["engine"]["name"] + ".json", JSON.print(report, "  ", true) + "\n")


# What a bridge that died has left.
func _sweep(folder: String) -> void:
	for name in list(folder)["files"]:
		var path = folder + "/" + name
		if name.begins_with(".godot.json.") and name.ends_with(".tmp") and time() - mtime(path) > 600:
			remove(path)


# Seconds since 1970.
func time() -> int:
	return OS.get_unix_time()


func utc() -> String:
	return preload("core/report.gd").utc(OS.get_datetime_from_unix_time(time()))
