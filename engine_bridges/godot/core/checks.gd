# The checks of an imported asset: the manifest's numbers against those that the engine gave.

const Manifest = preload("manifest.gd")
const Values = preload("values.gd")

const EMBEDDED = ["base_color", "normal", "orm"]


# All checks in the order of docs/bridges.md. `found` is what the engine's measure.gd returns, `why` why it skips some.
static func all(manifest: Dictionary, target: Dictionary, found: Dictionary, why: Dictionary) -> Array:
	var checks = _placing(target, found) + _levels(manifest, target, found) + _look(manifest, target, found)
	checks += _body(manifest, target, found, why)
	return checks


static func check(name: String, unit: String, expected, found, tolerance = null) -> Dictionary:
	var is_same = agrees(expected, found, tolerance)
	var entry = {"name": name, "unit": unit, "expected": expected, "found": _printable(found)}
	if tolerance != null:
		entry["tolerance"] = tolerance
	entry["status"] = "passed" if is_same else "failed"
	return entry


# JSON has no NaN: a number that is none becomes a text.
static func _printable(found):
	if typeof(found) == Values.FLOAT and not Values.is_number(found):
		return str(found)
	if Values.is_list(found):
		var items = []
		for item in found:
			items.append(_printable(item))
		return items
	return found


static func skipped(name: String, why: String) -> Dictionary:
	return {"name": name, "status": "skipped", "message": why}


# Values of one type are compared; numbers within the tolerance, which may be a list.
static func agrees(expected, found, tolerance = null) -> bool:
	if Values.is_number(expected) and Values.is_number(found):
		var allowed = tolerance if Values.is_number(tolerance) else 0.0
		return abs(expected - found) <= allowed * 1.000001 + 0.000000001
	if typeof(expected) != typeof(found):
		return false
	if Values.is_list(expected):
		if expected.size() != found.size():
			return false
		for i in range(expected.size()):
			var each = tolerance[i] if Values.is_list(tolerance) else tolerance
			if not agrees(expected[i], found[i], each):
				return false
		return true
	if Values.is_object(expected):
		if expected.size() != found.size():
			return false
		for key in expected:
			if not found.has(key) or not agrees(expected[key], found[key], tolerance):
				return false
		return true
	return expected == found


static func has_failed(checks: Array) -> bool:
	for entry in checks:
		if entry["status"] == "failed":
			return true
	return false


# {"size", "middle", "centroid" in metres, "longest"} of the box that a right import has.
static func wanted_box(target: Dictionary) -> Dictionary:
	var there = target["in_engine"]
	var unit = there["frame"]["meters_per_unit"]
	var size = []
	var middle = []
	var centroid = []
	var longest = 0.0
	for axis in range(3):
		var low = there["min"][axis] * unit
		var high = there["max"][axis] * unit
		size.append(high - low)
		middle.append((low + high) / 2.0)
		centroid.append(there["centroid"][axis] * unit)
		longest = max(longest, high - low)
	return {"size": size, "middle": middle, "centroid": centroid, "longest": longest}


static func _placing(target: Dictionary, found: Dictionary) -> Array:
	var box = wanted_box(target)
	var near = max(0.001, 0.005 * box["longest"])
	return [
		check("size_m", "m", box["size"], found.get("size"), near),
		check("pivot_m", "m", box["middle"], found.get("middle"), near),
		check("facing", "m", box["centroid"], found.get("centroid"), max(0.001, 0.01 * box["longest"])),
		check("root_rotation_deg", "deg", 0, found.get("root_rotation_deg"), 0.1),
		check("root_scale", "1", [1, 1, 1], found.get("root_scale"), 0.001),
	]


static func _levels(manifest: Dictionary, target: Dictionary, found: Dictionary) -> Array:
	var wanted = []
	var near = []
	for level in target["lods"]:
		var count = manifest["lods"][int(level["level"])]["triangles"]
		wanted.append(count)
		near.append(max(2, 0.005 * count))
	return [
		check("lod_count", "levels", wanted.size(), found.get("levels"), 0),
		check("lod_triangles", "triangles", wanted, found.get("triangles"), near),
		skipped("lod_screen_sizes", "Godot has no levels with screen sizes of their own"),
	]


static func _look(manifest: Dictionary, target: Dictionary, found: Dictionary) -> Array:
	var names = []
	for material in target["materials"]:
		names.append(material["name"])
	var slots = EMBEDDED
	if target["textures"].size() > 0:
		slots = Manifest.sorted(target["materials"][0]["textures"])
	var spaces = {}
	var sizes = {}
	var side = manifest["quality"]["figures"].get("texture_size")
	for slot in slots:
		spaces[slot] = "srgb" if slot == "base_color" else "linear"
		sizes[slot] = side
	var size_check = check("texture_size_px", "px", sizes, found.get("texture_size_px"), 0)
	if side == null:
		size_check = skipped("texture_size_px", "the manifest does not say it")
	return [
		check("materials", "names", Manifest.sorted(names), found.get("materials")),
		check("textures", "slots", slots, found.get("textures")),
		size_check,
		check("texture_color_space", "space", spaces, found.get("texture_color_space")),
		check("texture_normal_map", "bool", true, found.get("texture_normal_map")),
	]


static func _body(manifest: Dictionary, target: Dictionary, found: Dictionary, why: Dictionary) -> Array:
	var box = wanted_box(target)
	var hulls = target["collision"].size()
	var checks = [check("collision", "hulls", hulls, found.get("hulls"), 0)]
	if hulls > 0:
		checks.append(check("collision_size_m", "m", box["size"], found.get("hull_size"), 0.06 * box["longest"]))
	else:
		checks.append(skipped("collision_size_m", "the asset has no collision"))
	var skeleton = manifest.get("skeleton")
	if skeleton == null:
		checks.append(skipped("skeleton", "the asset has no skeleton"))
		checks.append(skipped("humanoid", "the asset has no skeleton"))
	else:
		checks.append(check("skeleton", "names", bone_names(skeleton, target), found.get("bones")))
		if why.has("humanoid") or skeleton.get("humanoid") == null:
			checks.append(skipped("humanoid", why.get("humanoid", "the skeleton is no humanoid")))
		else:
			checks.append(check("humanoid", "bool", true, found.get("humanoid")))
	if why.has("draws"):
		checks.append(skipped("draws", why["draws"]))
	else:
		checks.append(check("draws", "errors", 0, found.get("draws"), 0))
	return checks


# Names of the bones in this target's files, sorted.
static func bone_names(skeleton: Dictionary, target: Dictionary) -> Array:
	var renamed = target["bone_names"] if target.get("bone_names") != null else {}
	var names = []
	for bone in skeleton["bones"]:
		names.append(renamed.get(bone["name"], bone["name"]))
	names.sort()
	return names
