# Paths of manifests and configurations. Plain functions that Godot 3 and Godot 4 both run, like all of core/.

const FORBIDDEN = ["<", ">", ":", "\"", "\\", "|", "?", "*"]
const DEVICES = ["con", "prn", "aux", "nul", "conin$", "conout$"]
const PORTS = ["com", "lpt"]
const DIGITS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³"]


# Whether a path stays below its folder by its text alone, on every system; as importer/manifest/paths.py has it.
static func is_safe(path: String) -> bool:
	for part in path.split("/", true):
		if not _is_safe_part(part):
			return false
	return true


static func _is_safe_part(part: String) -> bool:
	if part.length() == 0 or part.ends_with(".") or part.ends_with(" "):
		return false
	for i in range(part.length()):
		var c = part.substr(i, 1)
		if c < " " or c in FORBIDDEN:
			return false
	var stem = part.split(".", true)[0].to_lower()
	if stem in DEVICES:
		return false
	return not (stem.length() == 4 and stem.substr(0, 3) in PORTS and stem.substr(3, 1) in DIGITS)


static func join(folder: String, name: String) -> String:
	return folder + name if folder.ends_with("/") else folder + "/" + name


static func is_absolute(path: String) -> bool:
	return path.begins_with("/") or (path.length() > 1 and path.substr(1, 1) == ":")


# An absolute path without "." and "..", with "/" between parts; `base` is the folder that relative ones start from.
static func absolute(path: String, base: String) -> String:
	var plain = path.replace("\\", "/")
	var is_share = plain.begins_with("//")
	if not is_absolute(plain):
		plain = join(base, plain)
	var parts = []
	for part in plain.split("/", false):
		if part == "..":
			if parts.size() > 0:
				parts.pop_back()
		elif part != ".":
			parts.append(part)
	var text = ""
	for part in parts:
		text += "/" + part
	if is_share:
		return "/" + text
	return text if plain.begins_with("/") else text.substr(1, text.length() - 1)


# Whether `path` is `folder` or lies below it; systems that know no case are met half way.
static func is_inside(path: String, folder: String) -> bool:
	return (path.to_lower() + "/").begins_with(folder.to_lower() + "/")
