# Types of JSON values. Numbers are 2 (int) or 3 (float) to typeof() in Godot 3 and Godot 4.

const FLOAT = 3


static func is_text(value) -> bool:
	return typeof(value) == TYPE_STRING


static func is_number(value) -> bool:
	# JSON has no NaN, and what is larger than every float is none either.
	return (typeof(value) == TYPE_INT or typeof(value) == FLOAT) and abs(value) < 1e300


static func is_whole(value) -> bool:
	return is_number(value) and value == floor(value)


static func is_list(value) -> bool:
	return typeof(value) == TYPE_ARRAY


static func is_object(value) -> bool:
	return typeof(value) == TYPE_DICTIONARY


static func is_bool(value) -> bool:
	return typeof(value) == TYPE_BOOL


static func is_hash(value) -> bool:
	if not is_text(value) or value.length() != 64:
		return false
	for i in range(64):
		if not (value.substr(i, 1) in "0123456789abcdef"):
			return false
	return true


# Where `value` breaks `shape`, e.g. "files.2.path: a text is wanted"; "" where it does not.
# A shape is a type's name; [shape] for a list of it; {"*": shape} for an object of any keys; else an object's keys,
# "?" before one that may be absent or null.
static func fault(value, shape, where: String = "") -> String:
	if is_text(shape):
		return "" if _is(value, shape) else where + ": " + WORDS[shape] + " is wanted"
	if is_list(shape):
		if not is_list(value):
			return where + ": a list is wanted"
		for i in range(value.size()):
			var found = fault(value[i], shape[0], where + "." + str(i))
			if found != "":
				return found
		return ""
	if not is_object(value):
		return where + ": an object is wanted"
	return _keys_fault(value, shape, where)


static func _keys_fault(value, shape, where: String) -> String:
	if shape.has("*"):
		for key in value:
			var broken = fault(value[key], shape["*"], where + "." + key)
			if broken != "":
				return broken
		return ""
	for name in shape:
		var key = name.substr(1, name.length() - 1) if name.begins_with("?") else name
		var here = where + "." + key
		if not value.has(key) or (value[key] == null and name != key):
			if name == key:
				return here + ": is missing"
			continue
		var found = fault(value[key], shape[name], here)
		if found != "":
			return found
	return ""


const WORDS = {
	"any": "a value",
	"text": "a text",
	"number": "a number",
	"count": "a whole number from 0",
	"one": "a whole number from 1",
	"bool": "true or false",
	"hash": "a SHA-256 in hexadecimal",
	"vector": "a list of three numbers",
	"object": "an object",
}


static func _is(value, type: String) -> bool:
	match type:
		"any":
			return true
		"text":
			return is_text(value)
		"number":
			return is_number(value)
		"count":
			return is_whole(value) and value >= 0
		"one":
			return is_whole(value) and value >= 1
		"bool":
			return is_bool(value)
		"hash":
			return is_hash(value)
		"object":
			return is_object(value)
	return is_list(value) and value.size() == 3 and is_number(value[0]) and is_number(value[1]) and is_number(value[2])
