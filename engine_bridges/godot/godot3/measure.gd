tool
extends Reference

# What an imported scene measures: positions in metres, names, counts. For Godot 3.

const Checks = preload("core/checks.gd")
const Geometry = preload("core/geometry.gd")


static func measure(scene: PackedScene, manifest: Dictionary, target: Dictionary) -> Dictionary:
	var root = scene.instance()
	var parts = {"meshes": {}, "hull_points": [], "hulls": 0, "bones": []}
	_walk(root, Transform(), parts)
	var turn = root.transform.basis.get_rotation_quat()
	var found = {
		"root_rotation_deg": rad2deg(2.0 * acos(clamp(abs(turn.w), 0.0, 1.0))),
		"root_scale": Geometry.as_list(root.transform.basis.get_scale()),
		"levels": 0,
		"triangles": [],
		"hulls": parts["hulls"],
		"hull_size": Geometry.size(parts["hull_points"]),
	}
	for level in target["lods"]:
		var part = parts["meshes"].get(_bare(level["node"]))
		if part != null:
			found["levels"] += 1
			found["triangles"].append(Geometry.triangles(_surfaces(part)))
	var first = parts["meshes"].get(_bare(target["lods"][0]["node"]))
	if first != null:
		_add(found, Geometry.surfaces(_surfaces(first)))
		_add(found, _materials(first["node"]))
	if manifest.get("skeleton") != null:
		found["bones"] = _bones(parts["bones"], Checks.bone_names(manifest["skeleton"], target))
	root.free()
	return found


static func _add(found: Dictionary, more: Dictionary) -> void:
	for key in more:
		found[key] = more[key]


static func _walk(node: Node, above: Transform, parts: Dictionary) -> void:
	var world = above
	if node is Spatial:
		world = above * node.transform
	if node is MeshInstance and node.mesh != null:
		parts["meshes"][_bare(node.name)] = {"node": node, "world": world}
	if node is CollisionShape and node.shape is ConvexPolygonShape:
		parts["hulls"] += 1
		for point in node.shape.points:
			parts["hull_points"].append(world.xform(point))
	if node is Skeleton:
		for bone in range(node.get_bone_count()):
			parts["bones"].append(node.get_bone_name(bone))
	for child in node.get_children():
		_walk(child, world, parts)


# Points where they lie in the scene, and the order of corners, of each surface.
static func _surfaces(found: Dictionary) -> Array:
	var parts = []
	var mesh = found["node"].mesh
	for surface in range(mesh.get_surface_count()):
		var arrays = mesh.surface_get_arrays(surface)
		var points = []
		for point in arrays[Mesh.ARRAY_VERTEX]:
			points.append(found["world"].xform(point))
		parts.append({"points": points, "order": arrays[Mesh.ARRAY_INDEX]})
	return parts


# Names of the materials, and what the slots of the first one hold.
static func _materials(node: MeshInstance) -> Dictionary:
	var found = {"materials": []}
	for surface in range(node.mesh.get_surface_count()):
		var material = node.get_surface_material(surface)
		if material == null:
			material = node.mesh.surface_get_material(surface)
		if material is SpatialMaterial:
			found["materials"].append(material.resource_name)
			if surface == 0:
				_add(found, _textures(material))
	found["materials"].sort()
	return found


static func _textures(material: SpatialMaterial) -> Dictionary:
	var textures = {"base_color": material.albedo_texture, "normal": material.normal_texture}
	# One picture serves for all three.
	if material.roughness_texture == material.metallic_texture and material.ao_texture != null:
		textures["orm"] = material.roughness_texture
	var found = Geometry.slots(textures)
	var is_normal = material.normal_enabled and material.normal_texture != null
	found["texture_normal_map"] = is_normal and _is_normal_map(material.normal_texture)
	return found


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
	return Geometry.is_normal_color(color)


# Names of the bones; those that Godot 3 spells in its own way in the spelling of the file.
static func _bones(names: Array, wanted: Array) -> Array:
	var spelling = {}
	for name in wanted:
		spelling[_bare(name)] = name
	var found = []
	for name in names:
		found.append(spelling.get(_bare(name), name))
	found.sort()
	return found


# What is left of a name in every spelling: Godot 3 makes left_foot of the bone LeftFoot, and takes all that is not ASCII
# out of the names of nodes.
static func _bare(name: String) -> String:
	var text = ""
	for i in range(name.length()):
		var c = name.substr(i, 1).to_lower()
		if (c >= "a" and c <= "z") or (c >= "0" and c <= "9"):
			text += c
	return text
