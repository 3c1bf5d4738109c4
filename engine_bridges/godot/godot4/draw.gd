@tool
extends RefCounted

# One picture of an asset from its front, drawn by the editor's own renderer. For Godot 4.

const Geometry = preload("core/geometry.gd")

const SIDE = 512
const FRAMES = 4

var viewport
var frames = 0


func _init(host: Node, object: Node3D) -> void:
	viewport = SubViewport.new()
	viewport.size = Vector2i(SIDE, SIDE)
	viewport.own_world_3d = true
	viewport.render_target_update_mode = SubViewport.UPDATE_ALWAYS
	viewport.add_child(object)
	_add_surroundings(_box(object, Transform3D(), AABB()))
	host.add_child(viewport)


# {"errors", "png", "width", "height"} once it is drawn; an empty picture counts as an error.
func result():
	frames += 1
	if frames < FRAMES:
		return null
	var image = viewport.get_texture().get_image()
	image.convert(Image.FORMAT_RGB8)
	viewport.queue_free()
	return {
		"errors": 0 if Geometry.has_object(_samples(image)) else 1, "png": image.save_png_to_buffer(),
		"width": SIDE, "height": SIDE,
	}


func _add_surroundings(box: AABB) -> void:
	var reach = max(box.size.length(), 0.001)
	var camera = Camera3D.new()
	camera.fov = 40
	camera.near = reach * 0.01
	camera.far = reach * 10
	var middle = box.get_center()
	camera.look_at_from_position(middle + Vector3(0, 0.1, 1).normalized() * reach * 1.6, middle, Vector3.UP)
	var light = DirectionalLight3D.new()
	light.rotation_degrees = Vector3(-40, 30, 0)
	var surroundings = WorldEnvironment.new()
	surroundings.environment = Environment.new()
	surroundings.environment.background_mode = Environment.BG_COLOR
	surroundings.environment.background_color = Color(0.5, 0.5, 0.5)
	surroundings.environment.ambient_light_source = Environment.AMBIENT_SOURCE_COLOR
	surroundings.environment.ambient_light_color = Color(1, 1, 1)
	surroundings.environment.ambient_light_energy = 0.5
	for node in [camera, light, surroundings]:
		viewport.add_child(node)
	camera.current = true


static func _box(node: Node, above: Transform3D, box: AABB) -> AABB:
	var world = above * node.transform if node is Node3D else above
	if node is MeshInstance3D:
		var own = world * node.get_aabb()
		box = own if not box.has_volume() else box.merge(own)
	for child in node.get_children():
		box = _box(child, world, box)
	return box


static func _samples(image: Image) -> Array:
	var colors = []
	for y in range(0, SIDE, 8):
		for x in range(0, SIDE, 8):
			colors.append(image.get_pixel(x, y))
	return colors
