# reports/godot.json: docs/report.schema.json. The one value besides the checks that the clock decides on is `time`.

const VERSION = "1.0.0"
const RULES = 1  # raise it whenever the same files are imported to another result
const ENGINE = "godot"


# `engine` has name, version, platform, renderer and project; `job` asset, target, manifest_sha256.
static func make(engine: Dictionary, job: Dictionary, time: String, seconds: float) -> Dictionary:
	return {
		"schema_version": "1.0",
		"engine": {
			"name": ENGINE, "version": engine["version"], "platform": engine["platform"],
			"renderer": engine["renderer"],
		},
		"bridge": {"version": VERSION, "rules": RULES},
		"project": engine["project"],
		"asset": job["asset"],
		"target": job["target"],
		"format": "glb",
		"manifest_sha256": job["manifest_sha256"],
		"time": time,
		"duration_s": seconds,
		"status": "passed",
		"checks": [],
		"problems": [],
		"warnings": job.get("warnings", []),
		"screenshots": job.get("screenshots", []),
	}


# "2026-01-31T12:00:00Z" of what OS.get_datetime_from_unix_time() and its successor return.
static func utc(now: Dictionary) -> String:
	var day = "%04d-%02d-%02d" % [now["year"], now["month"], now["day"]]
	return day + "T%02d:%02d:%02dZ" % [now["hour"], now["minute"], now["second"]]
