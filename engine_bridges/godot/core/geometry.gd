# Measures of surfaces and boxes, in the units of the points that come in.


static func as_list(v: Vector3) -> Array:
	return [v.x, v.y, v.z]


# The lowest and the highest corner of the box around points; null without any.
static func corners(points: Array):
	if points.size() == 0:
		return null
	var low = points[0]
	var high = points[0]
	for p in points:
		low = Vector3(min(low.x, p.x), min(low.y, p.y), min(low.z, p.z))
		high = Vector3(max(high.x, p.x), max(high.y, p.y), max(high.z, p.z))
	return [low, high]


static func size(points: Array):
	var box = corners(points)
	return as_list(box[1] - box[0]) if box != null else null


# {"size", "middle", "centroid"} of surfaces [{"points", "order"}]: the box, and the area-weighted centre of the
# triangles. `order` is null where the points themselves are the corners.
static func surfaces(parts: Array) -> Dictionary:
	var all = []
	var total = 0.0
	var weighted = Vector3()
	for part in parts:
		var points = part["points"]
		var order = part["order"]
		all += points
		for i in range(0, order.size() if order != null else points.size(), 3):
			var a = points[order[i] if order != null else i]
			var b = points[order[i + 1] if order != null else i + 1]
			var c = points[order[i + 2] if order != null else i + 2]
			var area = (b - a).cross(c - a).length()
			total += area
			weighted += area * (a + b + c) / 3.0
	var found = {}
	var box = corners(all)
	if box != null:
		found["size"] = as_list(box[1] - box[0])
		found["middle"] = as_list((box[0] + box[1]) / 2.0)
	if total > 0.0:
		found["centroid"] = as_list(weighted / total)
	return found


static func triangles(parts: Array) -> int:
	var count = 0
	for part in parts:
		count += int((part["order"].size() if part["order"] != null else part["points"].size()) / 3)
	return count


# What a material's slots hold: {"textures", "texture_size_px", "texture_color_space"}. Godot's shaders take base
# colour as sRGB and everything else as linear, whatever the file says.
static func slots(textures: Dictionary) -> Dictionary:
	var found = {"textures": [], "texture_size_px": {}, "texture_color_space": {}}
	var names = Array(textures.keys())
	names.sort()
	for slot in names:
		var texture = textures[slot]
		if texture != null:
			found["textures"].append(slot)
			found["texture_size_px"][slot] = max(texture.get_width(), texture.get_height())
			found["texture_color_space"][slot] = "srgb" if slot == "base_color" else "linear"
	return found


# Whether the mean colour of a picture is that of normals that look out of their surface.
static func is_normal_color(color: Color) -> bool:
	return color.b > 0.7 and abs(color.r - 0.5) < 0.2 and abs(color.g - 0.5) < 0.2


# Whether a picture has more than its background; `colors` are samples all over it, the first one from a corner.
static func has_object(colors: Array) -> bool:
	var count = 0
	for color in colors:
		if abs(color.r - colors[0].r) + abs(color.g - colors[0].g) + abs(color.b - colors[0].b) > 0.05:
			count += 1
	return count * 200 > colors.size()
