tool
extends Reference

# What an imported scene measures: positions in metres, names, counts. For Godot 3.

const Checks = preload("core/checks.gd")
const Manifest = preload("core/manifest.gd")


static func measure(scene: PackedScene, manifest: Dictionary, target: Dictionary) -> Dictionary:
	var root = scene.instance()
	var parts = {"meshes": {}, "shapes": [], "bones": []}
	_walk(root, Transform(), parts)
	var found = {
		"root_rotation_deg": rad2deg(root.transform.basis.get_rotation_quat().get_euler().length()),
		"root_scale": _list(root.transform.basis.get_scale()),
		"levels": 0,
		"triangles": [],
		"hulls": parts["shapes"].size(),
	}
	for level in target["lods"]:
		if parts["meshes"].has(level["node"]):
			found["levels"] += 1
			found["triangles"].append(_triangles(parts["meshes"][level["node"]]["mesh"]))
	if parts["meshes"].has(target["lods"][0]["node"]):
		var first = parts["meshes"][target["lods"][0]["node"]]
		_measure_surface(first["mesh"], first["world"], found)
		_measure_materials(first["node"], found)
	if parts["shapes"].size() > 0:
		found["hull_size"] = _hull_size(parts["shapes"])
	if manifest.get("skeleton") != null:
		found["bones"] = _bones(parts["bones"], Checks.bone_names(manifest["skeleton"], target))
	root.free()
	return found


static func _walk(node: Node, above: Transform, parts: Dictionary) -> void:
	var world = above
	if node is Spatial:
		world = above * node.transform
	if node is MeshInstance and node.mesh != null:
		parts["meshes"][node.name] = {"node": node, "mesh": node.mesh, "world": world}
	if node is CollisionShape and node.shape is ConvexPolygonShape:
		parts["shapes"].append({"points": node.shape.points, "world": world})
	if node is Skeleton:
		for bone in range(node.get_bone_count()):
			parts["bones"].append(node.get_bone_name(bone))
	for child in node.get_children():
		_walk(child, world, parts)


# Box, and area-weighted centre of the surface.
static func _measure_surface(mesh: Mesh, world: Transform, found: Dictionary) -> void:
	var low = Vector3(INF, INF, INF)
	var high = -low
	var total = 0.0
	var weighted = Vector3()
	for surface in range(mesh.get_surface_count()):
		var arrays = mesh.surface_get_arrays(surface)
		var points = []
		for point in arrays[Mesh.ARRAY_VERTEX]:
			var p = world.xform(point)
			points.append(p)
			low = Vector3(min(low.x, p.x), min(low.y, p.y), min(low.z, p.z))
			high = Vector3(max(high.x, p.x), max(high.y, p.y), max(high.z, p.z))
		var order = arrays[Mesh.ARRAY_INDEX]
		for i in range(0, order.size() if order != null else points.size(), 3):
			var a = points[order[i] if order != null else i]
			var b = points[order[i + 1] if order != null else i + 1]
			var c = points[order[i + 2] if order != null else i + 2]
			var area = (b - a).cross(c - a).length()
			total += area
			weighted += area * (a + b + c) / 3.0
	found["size"] = _list(high - low)
	found["middle"] = _list((low + high) / 2.0)
	if total > 0.0:
		found["centroid"] = _list(weighted / total)


static func _triangles(mesh: Mesh) -> int:
	var count = 0
	for surface in range(mesh.get_surface_count()):
		var arrays = mesh.surface_get_arrays(surface)
		var order = arrays[Mesh.ARRAY_INDEX]
		count += (order.size() if order != null else arrays[Mesh.ARRAY_VERTEX].size()) / 3
	return count


# Names of the materials; of the first one, what its slots hold and how Godot samples them.
static func _measure_materials(node: MeshInstance, found: Dictionary) -> void:
	found["materials"] = []
	for surface in range(node.mesh.get_surface_count()):
		var material = node.get_surface_material(surface)
		if material == null:
			material = node.mesh.surface_get_material(surface)
		if material is SpatialMaterial:
			found["materials"].append(material.resource_name)
			if surface == 0:
				_measure_textures(material, found)
	found["materials"].sort()


static func _measure_textures(material: SpatialMaterial, found: Dictionary) -> void:
	var textures = {"base_color": material.albedo_texture, "normal": material.normal_texture}
	# One picture serves for all three.
	if material.roughness_texture == material.metallic_texture and material.ao_texture != null:
		textures["orm"] = material.roughness_texture
	found["textures"] = []
	found["texture_size_px"] = {}
	found["texture_color_space"] = {}
	for slot in Manifest.sorted(textures):
		var texture = textures[slot]
		if texture == null:
			continue
		found["textures"].append(slot)
		found["texture_size_px"][slot] = max(texture.get_width(), texture.get_height())
		# Godot's shaders take the slot albedo as sRGB and the others as linear, whatever the file says.
		found["texture_color_space"][slot] = "srgb" if slot == "base_color" else "linear"
	var is_normal = material.normal_enabled and material.normal_texture != null
	found["texture_normal_map"] = is_normal and _is_normal_map(material.normal_texture)


# Whether a picture is bluish on average, as normals that look out of their surface are.
static func _is_normal_map(texture: Texture) -> bool:
	var image = texture.get_data()
	if image == null or image.is_empty():
		return false
	if image.is_compressed():
		image.decompress()
	image.resize(1, 1, Image.INTERPOLATE_TRILINEAR)
	image.lock()
	var color = image.get_pixel(0, 0)
	image.unlock()
	return color.b > 0.7 and abs(color.r - 0.5) < 0.2 and abs(color.g - 0.5) < 0.2


static func _hull_size(shapes: Array) -> Array:
	var low = Vector3(INF, INF, INF)
	var high = -low
	for shape in shapes:
		for point in shape["points"]:
			var p = shape["world"].xform(point)
			low = Vector3(min(low.x, p.x), min(low.y, p.y), min(low.z, p.z))
			high = Vector3(max(high.x, p.x), max(high.y, p.y), max(high.z, p.z))
	return _list(high - low)


# Names of the bones; those that Godot 3 spells in its own way (Hips_L2 becomes hips_l_2) in the spelling of the file.
static func _bones(names: Array, wanted: Array) -> Array:
	var spelling = {}
	for name in wanted:
		spelling[_bare(name)] = name
	var found = []
	for name in names:
		found.append(spelling.get(_bare(name), name))
	found.sort()
	return found


static func _bare(name: String) -> String:
	var text = ""
	for i in range(name.length()):
		var c = name.substr(i, 1).to_lower()
		if (c >= "a" and c <= "z") or (c >= "0" and c <= "9") or c > "~":
			text += c
	return text


static func _list(v: Vector3) -> Array:
	return [v.x, v.y, v.z]
