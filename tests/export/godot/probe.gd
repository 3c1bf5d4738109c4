extends SceneTree

# Prints the nodes of the scene beside it, scene.fbx or scene.glb, as one line of JSON.

var found = []


func _init():
	var file = "res://scene.glb" if File.new().file_exists("res://scene.glb") else "res://scene.fbx"
	walk(load(file).instance(), Transform())
	print("FOUND ", JSON.print(found))
	quit()


func walk(node, above):
	var world = above
	if node is Spatial:
		world = above * node.transform
	var points = []
	if node is MeshInstance:
		for surface in node.mesh.get_surface_count():
			for point in node.mesh.surface_get_arrays(surface)[Mesh.ARRAY_VERTEX]:
				var at = world.xform(point)
				points.append([at.x, at.y, at.z])
	var bones = {}
	if node is Skeleton:
		for bone in node.get_bone_count():
			var at = (world * node.get_bone_global_pose(bone)).origin
			bones[node.get_bone_name(bone)] = [at.x, at.y, at.z]
	var clips = []
	if node is AnimationPlayer:
		clips = Array(node.get_animation_list())
	found.append({"name": node.name, "class": node.get_class(), "points": points, "bones": bones, "clips": clips})
	for child in node.get_children():
		walk(child, world)
