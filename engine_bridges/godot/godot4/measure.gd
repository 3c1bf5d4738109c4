@tool
extends RefCounted

# What an imported scene measures: positions in metres, names, counts. For Godot 4.

const Checks = preload("core/checks.gd")
const Geometry = preload("core/geometry.gd")
const Manifest = preload("core/manifest.gd")


static func measure(scene: PackedScene, manifest: Dictionary, target: Dictionary) -> Dictionary:
	var root = scene.instantiate()
	var parts = {"meshes": {}, "hull_points": [], "hulls": 0, "bones": []}
	_walk(root, Transform3D(), parts)
	var turn = root.transform.basis.get_rotation_quaternion()
	var found = {
		"root_rotation_deg": rad_to_deg(2.0 * acos(clamp(abs(turn.w), 0.0, 1.0))),
		"root_scale": Geometry.as_list(root.transform.basis.get_scale()),
		"levels": 0,
		"triangles": [],
		"hulls": parts["hulls"],
		"hull_size": Geometry.size(parts["hull_points"]),
	}
	for level in target["lods"]:
		if parts["meshes"].has(level["node"]):
			found["levels"] += 1
			found["triangles"].append(Geometry.triangles(_surfaces(parts["meshes"][level["node"]])))
	if parts["meshes"].has(target["lods"][0]["node"]):
		var first = parts["meshes"][target["lods"][0]["node"]]
		found.merge(Geometry.surfaces(_surfaces(first)))
		found.merge(_materials(first["node"]))
	if manifest.get("skeleton") != null:
		parts["bones"].sort()
		found["bones"] = parts["bones"]
		found["humanoid"] = _is_humanoid(parts["bones"], manifest["skeleton"], target)
	root.free()
	return found


static func _walk(node: Node, above: Transform3D, parts: Dictionary) -> void:
	var world = above
	if node is Node3D:
		world = above * node.transform
	if node is MeshInstance3D and node.mesh != null:
		parts["meshes"][str(node.name)] = {"node": node, "world": world}
	if node is CollisionShape3D and node.shape is ConvexPolygonShape3D:
		parts["hulls"] += 1
		for point in node.shape.points:
			parts["hull_points"].append(world * point)
	if node is Skeleton3D:
		for bone in range(node.get_bone_count()):
			parts["bones"].append(str(node.get_bone_name(bone)))
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
			points.append(found["world"] * point)
		parts.append({"points": points, "order": arrays[Mesh.ARRAY_INDEX]})
	return parts


# Names of the materials, and what the slots of the first one hold.
static func _materials(node: MeshInstance3D) -> Dictionary:
	var found = {"materials": []}
	for surface in range(node.mesh.get_surface_count()):
		var material = node.get_active_material(surface)
		if material is BaseMaterial3D:
			found["materials"].append(material.resource_name)
			if surface == 0:
				found.merge(_textures(material))
	found["materials"].sort()
	return found


static func _textures(material: BaseMaterial3D) -> Dictionary:
	var textures = {"base_color": material.albedo_texture, "normal": material.normal_texture}
	# One picture serves for all three.
	if material is ORMMaterial3D:
		textures["orm"] = material.orm_texture
	elif material.roughness_texture == material.metallic_texture and material.ao_texture != null:
		textures["orm"] = material.roughness_texture
	var found = Geometry.slots(textures)
	var is_normal = material.normal_enabled and material.normal_texture != null
	found["texture_normal_map"] = is_normal and _is_normal_map(material.normal_texture)
	return found


static func _is_normal_map(texture: Texture2D) -> bool:
	var image = _source(texture)
	if image == null or image.is_empty() or (image.is_compressed() and image.decompress() != OK):
		return false
	image.resize(1, 1, Image.INTERPOLATE_TRILINEAR)
	return Geometry.is_normal_color(image.get_pixel(0, 0))


# The picture as it was published: what Godot compresses as a normal map loses its blue.
static func _source(texture: Texture2D) -> Image:
	if texture.resource_path.get_extension() == "png" and FileAccess.file_exists(texture.resource_path):
		return Image.load_from_file(ProjectSettings.globalize_path(texture.resource_path))
	return texture.get_image()


# Whether every bone of the manifest's humanoid is there under a name of Godot's own humanoid profile.
static func _is_humanoid(names: Array, skeleton: Dictionary, target: Dictionary) -> bool:
	if skeleton.get("humanoid") == null:
		return false
	var profile = SkeletonProfileHumanoid.new()
	var renamed = target["bone_names"] if target.get("bone_names") != null else {}
	for role in Manifest.sorted(skeleton["humanoid"]):
		var bone = skeleton["humanoid"][role]
		var name = renamed.get(bone, bone)
		if not (name in names) or profile.find_bone(name) < 0:
			return false
	return true
