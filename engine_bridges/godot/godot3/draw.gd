tool
extends Reference

# One picture of an asset from its front, drawn by the editor's own renderer. For Godot 3.

const Geometry = preload("core/geometry.gd")

const SIDE = 512
const FRAMES = 4

var viewport
var frames = 0


func _init(host: Node, object: Spatial) -> void:
	viewport = Viewport.new()
	viewport.size = Vector2(SIDE, SIDE)
	viewport.own_world = true
	viewport.render_target_v_flip = true
	viewport.render_target_update_mode = Viewport.UPDATE_ALWAYS
	viewport.add_child(object)
	_add_surroundings(_box(object, Transform(), AABB()))
	host.add_child(viewport)


# {"errors", "png", "width", "height"} once it is drawn; an empty picture counts as an error.
func result():
	frames += 1
	if frames < FRAMES:
		return null
	var image = viewport.get_texture().get_data()
	image.convert(Image.FORMAT_RGB8)
	viewport.queue_free()
	return {
		"errors": 0 if Geometry.has_object(_samples(image)) else 1, "png": image.save_png_to_buffer(), "width": SIDE, "height": SIDE,
	}


func _add_surroundings(box: AABB) -> void:
	var reach = max(box.size.length(), 0.001)
	var camera = Camera.new()
	camera.fov = 40
	camera.near = reach * 0.01
	camera.far = reach * 10
	camera.translation = box.position + box.size / 2 + Vector3(0, 0.1, 1).normalized() * reach * 1.6
	camera.look_at_from_position(camera.translation, box.position + box.size / 2, Vector3.UP)
	var light = DirectionalLight.new()
	light.rotation_degrees = Vector3(-40, 30, 0)
	var surroundings = WorldEnvironment.new()
	surroundings.environment = Environment.new()
	surroundings.environment.background_mode = Environment.BG_COLOR
	surroundings.environment.background_color = Color(0.5, 0.5, 0.5)
	surroundings.environment.ambient_light_color = Color(1, 1, 1)
	surroundings.environment.ambient_light_energy = 0.5
	for node in [camera, light, surroundings]:
		viewport.add_child(node)
	camera.current = true


static func _box(node: Node, above: Transform, box: AABB) -> AABB:
	var world = above * node.transform if node is Spatial else above
	if node is MeshInstance:
		var own = world.xform(node.get_aabb())
		box = own if box.has_no_area() else box.merge(own)
	for child in node.get_children():
		box = _box(child, world, box)
	return box


static func _samples(image: Image) -> Array:
	var colors = []
	image.lock()
	for y in range(0, SIDE, 8):
		for x in range(0, SIDE, 8):
			colors.append(image.get_pixel(x, y))
	image.unlock()
	return colors
