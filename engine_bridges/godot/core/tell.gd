# Saying what became of an asset: the report, the state, a line in the log.

const Checks = preload("checks.gd")
const Copy = preload("copy.gd")
const Look = preload("look.gd")
const Manifest = preload("manifest.gd")
const Paths = preload("paths.gd")
const Report = preload("report.gd")
const State = preload("state.gd")

const ELSEWHERE = "TARGET_MISSING"  # published for other engines only: worth a word, no failure


# An asset is imported and measured: judge it.
static func finish(b: Dictionary, asset: Dictionary, target: Dictionary, now: float) -> void:
	var found = asset["found"]
	var why = b["engine"].cannot()
	if asset.has("drawn"):
		found["draws"] = asset["drawn"]["errors"]
		if b["config"]["screenshots"] and asset["drawn"].has("png"):
			asset["pictures"] = {"godot-front.png": asset["drawn"]["png"]}
			asset["screenshots"] = [{
				"file": "godot-front.png", "view": "front", "width": asset["drawn"]["width"],
				"height": asset["drawn"]["height"],
			}]
	var report = _report(b, asset, now)
	report["checks"] = Checks.all(asset["manifest"], target, found, why)
	report["status"] = "failed" if Checks.has_failed(report["checks"]) else "passed"
	report["warnings"] = _warnings(b, asset)
	if b["config"]["report"]:
		_write_report(b, asset, report)
	var entry = b["state"]["assets"][asset["key"]]
	for key in asset["inputs"]:
		entry[key] = asset["inputs"][key]
	entry["status"] = report["status"]
	entry.erase("importing")
	entry.erase("refused")
	b["force"].erase(asset["key"])
	b["seen"].erase(asset["folder"])
	b["results"][asset["key"]] = report["status"]
	b["dirty"] = true
	_log(b, asset["key"], report)


static func _log(b: Dictionary, key: String, report: Dictionary) -> void:
	var failed = []
	var count = 0
	for entry in report["checks"]:
		if entry["status"] == "failed":
			failed.append(entry["name"])
		if entry["status"] != "skipped":
			count += 1
	if failed.size() > 0:
		b["log"].append(["warning", "%s failed %d of %d checks: %s" % [key, failed.size(), count, str(failed)]])
	else:
		b["log"].append(["info", "%s imported, %d checks passed" % [key, count]])


static func _warnings(b: Dictionary, asset: Dictionary) -> Array:
	var found = b["engine"].warnings(asset["scenes"])
	if Manifest.minor(asset["manifest"]) > Manifest.MINOR:
		var what = "is of version " + asset["manifest"]["schema_version"] + "; what is new in it is not used"
		found.append(Manifest.problem("MANIFEST_NEWER", asset["manifests"][0], what, "Update the bridge."))
	var entry = b["state"]["assets"][asset["key"]]
	for file in Manifest.sorted(entry["left_over"]):
		var path = State.place(entry, asset["key"], file)
		if b["files"].size(path) >= 0:
			var fix = "Remove it, or use the menu 'Remove left-over files'."
			found.append(Manifest.problem("LEFT_OVER", path, "is no longer part of the asset", fix))
	return found


static func _report(b: Dictionary, asset: Dictionary, now: float) -> Dictionary:
	var name = asset["manifests"][0].replace(Look.SUFFIX, "")
	var job = {"asset": name, "target": b["target"], "manifest_sha256": asset["manifest_sha256"]}
	job["screenshots"] = asset.get("screenshots", [])
	return Report.make(b["engine"].info(), job, b["files"].utc(), max(0.0, now - asset.get("began", now)))


# Keys of the published assets that are refused or failed a check, in this run or an earlier one, sorted.
static func bad(b: Dictionary) -> Array:
	var found = []
	for key in b["results"]:
		if not (b["results"][key] in ["passed", "elsewhere"]):
			found.append(key)
	for asset in b["found"]:
		var entry = b["state"]["assets"].get(asset["key"])
		if entry == null or asset["key"] in found:
			continue
		var refused = entry.get("refused")
		var is_bad = refused["code"] != ELSEWHERE if refused != null else entry["status"] != "passed"
		if is_bad:
			found.append(asset["key"])
	found.sort()
	return found


# Say why an asset is not imported: once for each manifest and reason.
static func refuse(b: Dictionary, asset: Dictionary, verdict: Dictionary) -> void:
	var first = verdict["problems"][0]
	var result = "elsewhere" if first["code"] == ELSEWHERE else "refused"
	b["results"][asset["key"] if first["code"] != "NAME_TAKEN" else asset["folder"]] = result
	b["force"].erase(asset["key"])
	if not verdict.has("manifest_sha256"):
		return
	var mark = {"manifest_sha256": verdict["manifest_sha256"], "code": first["code"]}
	if _is_told(b, asset, mark):
		return
	asset["manifest_sha256"] = verdict["manifest_sha256"]
	asset["manifest"] = verdict["manifest"]
	var report = _report(b, asset, asset.get("began", 0.0))
	report["status"] = "refused"
	report["problems"] = verdict["problems"]
	if b["config"]["report"]:
		_write_report(b, asset, report)
	var level = "info" if first["code"] == ELSEWHERE else "warning"
	b["log"].append([level, asset["key"] + " is not imported: " + first["code"] + " " + first["where"] + ": " + first["what"]])
	if first["code"] != "NAME_TAKEN":
		var assets = b["state"]["assets"]
		if not assets.has(asset["key"]):
			assets[asset["key"]] = Copy.new_entry(asset["key"])
		assets[asset["key"]]["refused"] = mark
		b["dirty"] = true


static func _is_told(b: Dictionary, asset: Dictionary, mark: Dictionary) -> bool:
	if mark["code"] == "NAME_TAKEN":
		var before = b["files"].json(Paths.join(asset["folder"], "reports/godot.json"))
		var is_report = typeof(before) == TYPE_DICTIONARY and before.get("status") == "refused"
		return is_report and str(before.get("manifest_sha256")) == mark["manifest_sha256"]
	var entry = b["state"]["assets"].get(asset["key"])
	if entry == null or entry.get("refused") == null:
		return false
	return entry["refused"]["manifest_sha256"] == mark["manifest_sha256"] and entry["refused"]["code"] == mark["code"]


# In out/, or where that cannot be written, in the project.
static func _write_report(b: Dictionary, asset: Dictionary, report: Dictionary) -> void:
	var pictures = asset.get("pictures", {})
	if b["files"].write_report(Paths.join(asset["folder"], "reports"), report, pictures):
		return
	var own = "res://ImporterReports/" + asset["key"] + "/reports"
	b["files"].write_text("res://ImporterReports/.gdignore", "")
	var is_kept = b["files"].write_report(own, report, pictures)
	if not b["said"].has("reports"):
		b["said"]["reports"] = true
		var where = "kept in " + own if is_kept else "lost"
		b["log"].append(["warning", asset["folder"] + " cannot be written; its report is " + where])
